using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>A sweep in which something failed is taken up where it was started.</summary>
public sealed class RetrySpecs(DigitsFeatures features)
{
    static readonly string Quick =
        SweepFolder.Small.Replace("epochs: 30", "epochs: 1", StringComparison.Ordinal) + "\nretries: { crash: 0 }\n";

    [Theory]
    [InlineData("sweep", "run", "sweep.yaml", "--retry-failed")]
    [InlineData("sweep", "retry", "small")]
    [InlineData("sweep", "retry", "runs")]
    public async Task What_failed_is_named_with_the_command_that_tries_it_again_and_that_does(params string[] again)
    {
        using var folder = await FailedAsync();
        var events = folder.Journal().Count;
        await using (var repeated = folder.Sweep())
        {
            await repeated.ExitsWith(0);
            Assert.Contains("nothing was tried", repeated.Errors, StringComparison.Ordinal);
            Assert.Contains("1 trial and 1 evaluation failed", repeated.Errors, StringComparison.Ordinal);
            Assert.Contains("--retry-failed", repeated.Errors, StringComparison.Ordinal);
            Assert.Equal(events, folder.Journal().Count);
        }

        Mend(folder);
        await using var run = Run.Orchestrator(folder.Root, again);
        await run.ExitsWith(0);
        Assert.DoesNotContain("failed", run.Errors, StringComparison.Ordinal);
        Assert.Equal(["completed", "completed"], await States(folder));
        Assert.Single(folder.Journal().OfType<SweepReopened>());
    }

    [Fact]
    public async Task Only_the_trials_that_are_named_are_tried_again_and_what_has_not_failed_is_not()
    {
        using var folder = await FailedAsync();
        Mend(folder);
        await using (var one = Run.Orchestrator(folder.Root, "sweep", "retry", "small", "0001", "--json"))
            await one.ExitsWith(0);
        Assert.Equal(
            ["completed", "failed"],
            (await folder.Results())
                .GetProperty("trials")
                .EnumerateArray()
                .Select(trial => trial.GetProperty("evaluation").GetProperty("state").GetString())
        );

        var events = folder.Journal().Count;
        await Ends(0, "nothing was tried", "sweep", "retry", "small", "0001");
        await Ends(3, "0001 to 0002", "sweep", "retry", "small", "0003");
        await Ends(3, "0001 to 0002", "sweep", "retry", "small", "first");
        await Ends(3, "it has small", "sweep", "retry", "large");
        Assert.Equal(events, folder.Journal().Count);

        async Task Ends(int code, string says, params string[] arguments)
        {
            await using var run = Run.Orchestrator(folder.Root, arguments);
            await run.ExitsWith(code);
            Assert.Contains(says, run.Errors, StringComparison.Ordinal);
        }
    }

    /// <summary>The first trial has no place for its checkpoints, the second one no usable features.</summary>
    async Task<SweepFolder> FailedAsync()
    {
        var folder = await features.FolderAsync(Quick);
        Directory.CreateDirectory(folder.Data.Attempt("small", 1, 1));
        await File.WriteAllTextAsync(
            Path.Combine(folder.Data.Attempt("small", 1, 1), "checkpoints"),
            "a file where the folder should be",
            TestContext.Current.CancellationToken
        );
        await using var run = folder.Sweep();
        // Before the start it would be refused.
        await run.Wrote("attempt 1 begins");
        await File.WriteAllTextAsync(
            Path.Combine(folder.Data.Features, "inception.pth"),
            "no weights",
            TestContext.Current.CancellationToken
        );
        await run.ExitsWith(0);
        Assert.Contains("1 trial and 1 evaluation failed", run.Errors, StringComparison.Ordinal);
        Assert.Contains(
            $"orchestrator sweep run {Path.Combine(folder.Root, "sweep.yaml")} --data-dir",
            run.Errors,
            StringComparison.Ordinal
        );
        return folder;
    }

    static void Mend(SweepFolder folder) => File.Delete(Path.Combine(folder.Data.Features, "inception.pth"));

    static async Task<IEnumerable<string?>> States(SweepFolder folder) =>
        (await folder.Results())
            .GetProperty("trials")
            .EnumerateArray()
            .Select(trial =>
                trial.GetProperty("evaluation") is { ValueKind: JsonValueKind.Object } evaluation
                    ? evaluation.GetProperty("state").GetString()
                    : null
            );
}
