using System.Globalization;
using System.Net;
using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Faults;

/// <summary>A data folder on a disk that fills up and gets room again.</summary>
public sealed class FullDiskSpecs(DigitsFeatures features)
{
    const long Disk = 24 << 20;

    [Fact]
    public async Task A_sweep_waits_for_room_says_so_once_and_goes_on_by_itself()
    {
        using var disk = Mounted.Disk(Disk);
        using var folder = new SweepFolder();
        await using var run = folder.Sweep("--data-dir", Path.Combine(disk.Root, "runs"), "--slots", "1");
        await run.Wrote("epoch");
        var filler = Fill(disk);
        // Of the journal or of the trial, whichever writes first.
        await run.Wrote("o space left on ");
        File.Delete(filler);
        await run.ExitsWith(0);
        Assert.InRange(run.Errors.Split('\n').Count(line => line.EndsWith("; waiting", StringComparison.Ordinal)), 0, 1);
    }

    [Fact]
    public async Task On_a_full_disk_nothing_is_begun()
    {
        using var disk = Mounted.Disk(Disk);
        using var folder = new SweepFolder();
        Fill(disk);
        await using var run = folder.Sweep("--data-dir", Path.Combine(disk.Root, "runs"));
        await run.ExitsWith(2);
        Assert.Contains("cannot be written", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_is_told_and_the_sweep_is_none_the_worse()
    {
        using var folder = await features.FolderAsync();
        Directory.CreateDirectory(folder.Data.Root);
        File.CreateSymbolicLink(folder.Data.Log, "/dev/full");
        await using var run = folder.Sweep();
        await run.ExitsWith(0);
        Assert.Single(run.Errors.Split('\n'), line => line.Contains("the log cannot be written", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_node_says_at_once_that_there_is_no_room()
    {
        using var disk = Mounted.Disk(Disk);
        using var folder = new SweepFolder();
        var port = FreePorts.Row(2);
        await using var node = Run.Orchestrator(
            folder.Root,
            "node",
            "start",
            "--role",
            "coordinator",
            "--data-dir",
            Path.Combine(disk.Root, "runs"),
            "--port",
            Text(port),
            "--http-port",
            Text(port + 1)
        );
        await node.Wrote("node akka");
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{Text(port + 1)}"),
            Timeout = TimeSpan.FromSeconds(10),
        };
        await Until(client, HttpStatusCode.OK);
        var filler = Fill(disk);
        Assert.Contains("no space left on the device of", await Until(client, HttpStatusCode.ServiceUnavailable), StringComparison.Ordinal);
        for (var times = 0; times < 2; times++)
        {
            using var refused = await client.PostAsync(
                "/api/sweeps",
                new StringContent(SweepFolder.Small),
                TestContext.Current.CancellationToken
            );
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains(
                "no space left on the device of",
                await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
        }

        File.Delete(filler);
        await Until(client, HttpStatusCode.OK);
        using var accepted = await client.PostAsync(
            "/api/sweeps",
            new StringContent(SweepFolder.Small),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
    }

    static async Task<string> Until(HttpClient client, HttpStatusCode status)
    {
        var answer = "";
        await Eventually.TrueAsync(
            async () =>
            {
                using var ready = await client.GetAsync("/readyz", TestContext.Current.CancellationToken);
                answer = await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                return ready.StatusCode == status;
            },
            TimeSpan.FromSeconds(30),
            () => $"/readyz never answered {status}, at last: {answer}"
        );
        return answer;
    }

    /// <returns>The file that takes all the room there was.</returns>
    static string Fill(Mounted disk)
    {
        var filler = Path.Combine(disk.Root, "filler");
        var block = new byte[4096];
        using var file = new FileStream(filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            return filler;
        }
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
