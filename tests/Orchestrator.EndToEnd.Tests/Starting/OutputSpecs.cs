using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Starting;

/// <summary>Streams that are closed, full, or read by nobody.</summary>
public sealed class OutputSpecs(DigitsFeatures features)
{
    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData(">&-")]
    [InlineData(">/dev/full")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData(">/dev/full 2>/dev/full")]
    [InlineData("> >(exec 0<&- >/dev/null 2>&1; sleep 20) 2> >(exec 0<&-)")]
    public async Task A_sweep_goes_on_without_its_progress(string streams)
    {
        using var folder = await features.FolderAsync(TinySweep.Yaml);
        await using var run = TinySweep.Shell(folder.Root, $"unset NO_COLOR; TERM=xterm \"$ORC\" sweep run sweep.yaml {streams}");
        await run.ExitsWith(0);
        Assert.DoesNotContain('\e', run.Output);
        Assert.Equal("completed", (await folder.Results()).GetProperty("sweep").GetProperty("state").GetString());
        // Nothing of what could not be said is in a file that got the number of a closed stream.
        foreach (var file in Directory.EnumerateFiles(folder.Data.Root, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(
                "evaluator\n[00:",
                await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken),
                StringComparison.Ordinal
            );
    }

    [Theory]
    [InlineData("sweep schema >/dev/full", 1, "standard output cannot be written: No space left on device")]
    [InlineData("sweep schema >&-", 1, "standard output is closed")]
    [InlineData("data list >/dev/full", 1, "No space left on device")]
    [InlineData("data list --json >&-", 1, "standard output is closed")]
    [InlineData("sweep list >/dev/full", 0, "")]
    [InlineData("--help >/dev/full", 1, "No space left on device")]
    [InlineData("node config --role coordinator >/dev/full", 1, "No space left on device")]
    [InlineData("sweep results nothing 2>&-", 3, "")]
    [InlineData("sweep results nothing 2>/dev/full", 3, "")]
    [InlineData("sweep schema >&- 2>&-", 1, "")]
    [InlineData("sweep schema <&-", 0, "")]
    [InlineData("sweep schema | head -1 >/dev/null; exit ${PIPESTATUS[0]}", 141, "")]
    public async Task A_command_that_cannot_say_what_it_was_asked_for_says_that_on_the_other_stream(string call, int exit, string message)
    {
        using var folder = new SweepFolder(TinySweep.Yaml);
        await using var run = TinySweep.Shell(folder.Root, $"\"$ORC\" {call}");
        await run.ExitsWith(exit);
        if (message.Length == 0)
            Assert.Empty(run.Errors);
        else
            Assert.Contains(message, Assert.Single(run.Errors.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    /// <summary>A name that a terminal would obey: the file's own, in the message about it.</summary>
    [Fact]
    public async Task Words_from_outside_are_printed_and_not_obeyed()
    {
        using var folder = new SweepFolder(TinySweep.Yaml);
        await using var run = TinySweep.Shell(folder.Root, "\"$ORC\" sweep run $'\\e[2J\\a.yaml'");
        await run.ExitsWith(2);
        Assert.Contains(@"\u001b[2J\u0007.yaml", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Errors + run.Output, character => char.IsControl(character) && character is not ('\n' or '\t'));
    }

    [Fact]
    public async Task Who_watches_through_a_pipe_that_closes_leaves_with_it()
    {
        using var folder = new SweepFolder(TinySweep.WithEpochs(2000));
        await using var sweep = folder.Sweep("--slots", "1");
        await sweep.Wrote("attempt 1 begins");
        await using var watch = TinySweep.Shell(folder.Root, "\"$ORC\" sweep watch small | head -1 >/dev/null; exit ${PIPESTATUS[0]}");
        await watch.ExitsWith(141);
        Assert.Empty(watch.Errors);
        sweep.Kill();
    }
}
