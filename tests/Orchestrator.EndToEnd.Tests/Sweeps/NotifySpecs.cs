using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>A sweep on one machine tells a webhook and a mailbox.</summary>
public sealed class NotifySpecs(DigitsFeatures features)
{
    static readonly byte[] Key = Encoding.ASCII.GetBytes("0123456789012345678901234567890");

    static readonly string Telling =
        SweepFolder.Small.Replace("epochs: 30", "epochs: 1", StringComparison.Ordinal) + "\nnotify: { channels: [ops, mail] }\n";

    [Fact]
    public async Task The_best_trial_and_the_end_are_told_before_the_program_leaves()
    {
        await using var hooks = await HookServer.StartAsync();
        await using var mail = new MailServer();
        using var folder = await features.FolderAsync(Telling);
        await using (var early = folder.Sweep())
        {
            await early.ExitsWith(2);
            Assert.Contains("there is no channel 'ops'", early.Errors, StringComparison.Ordinal);
        }

        Describe(folder, hooks.Address, mail.Port);
        await using (var test = Run.Orchestrator(folder.Root, "notify", "test", "ops"))
            await test.ExitsWith(0);
        Verify(await hooks.NextAsync(), "test");
        await using (var unknown = Run.Orchestrator(folder.Root, "notify", "test", "nobody"))
            await unknown.ExitsWith(3);
        hooks.AnswerBy(500);
        await using (var failing = Run.Orchestrator(folder.Root, "notify", "test", "ops"))
            await failing.ExitsWith(1);
        await hooks.NextAsync();

        await using (var run = folder.Sweep())
            await run.ExitsWith(0);
        Verify(await hooks.NextAsync(), "new_best");
        // The picture is that of the evaluation.
        var best = await mail.NextAsync();
        Assert.Equal(
            await File.ReadAllBytesAsync(
                Path.Combine(folder.Data.Evaluation("small", 1 + (best.Header("Subject").EndsWith('2') ? 1 : 0), 1), "samples.png"),
                TestContext.Current.CancellationToken
            ),
            best.Parts[1]
        );
        var told = folder.Journal().OfType<NoticeSettled>().ToList();
        Assert.All(told, fact => Assert.Null(fact.GivenUpBecause));
        Assert.Equal(hooks.Left + 1, told.Count(fact => fact.Channel == "ops"));
        while (hooks.Left > 1)
            Verify(await hooks.NextAsync(), "new_best");
        Verify(await hooks.NextAsync(), "sweep_ended");
        var secret = Convert.ToBase64String(Key);
        foreach (var file in new[] { folder.Data.Journal, folder.Data.Log })
            Assert.DoesNotContain(secret, await File.ReadAllTextAsync(file, Encoding.Latin1, TestContext.Current.CancellationToken));
    }

    static void Describe(SweepFolder folder, Uri hook, int mail)
    {
        Directory.CreateDirectory(folder.Data.Root);
        File.WriteAllText(
            folder.Data.Channels,
            $"[ops]\nwebhook = {hook}\nsecret = whsec_{Convert.ToBase64String(Key)}\n[mail]\nsmtp = 127.0.0.1:{mail}\nfrom = a@b.example\n"
                + "to = c@d.example\n"
        );
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Data.Channels, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    static void Verify(Posted posted, string type)
    {
        byte[] signed =
        [
            .. Encoding.ASCII.GetBytes($"{posted.Headers["webhook-id"]}.{posted.Headers["webhook-timestamp"]}."),
            .. posted.Body,
        ];
        Assert.Equal($"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key, signed))}", posted.Headers["webhook-signature"]);
        Assert.Equal(type, JsonDocument.Parse(posted.Body).RootElement.GetProperty("type").GetString());
    }
}
