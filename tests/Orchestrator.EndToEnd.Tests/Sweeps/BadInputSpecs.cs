using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>Bad input: a clear error, exit code 2, and nothing started.</summary>
public sealed class BadInputSpecs
{
    [Theory]
    [InlineData("epochs: 30", "epoch: 30", "sweep.yaml:6:", "epochs")]
    [InlineData("epochs: 30", "epochs: many", "sweep.yaml:6:", "epochs")]
    [InlineData("kappa: 1d", "kappa: -1d", "sweep.yaml:10:", "kappa")]
    [InlineData("kappa: 1d", "kappa: 0", "sweep.yaml:10:", "kappa")]
    [InlineData("dataset: digits", "dataset: digit", "sweep.yaml:2:", "digits")]
    [InlineData("dataset: digits", "dataset: idx:/nowhere", "dataset", "/nowhere")]
    [InlineData("kappa: 1d", "kappa: { choice: [] }", "sweep.yaml:10:", "kappa")]
    [InlineData("name: small", "name: \"\t", "sweep.yaml:", "")]
    public async Task A_bad_file_is_refused_with_position_and_what_was_expected(string good, string bad, string where, string what)
    {
        using var folder = new SweepFolder(SweepFolder.Small.Replace(good, bad, StringComparison.Ordinal));
        await using var run = folder.Sweep();
        await run.ExitsWith(2);
        Assert.Contains(where, run.Errors, StringComparison.Ordinal);
        Assert.Contains(what, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Data.Root));
    }

    [Theory]
    [InlineData(
        "batch_size: 64",
        "batch_size: 2000",
        "training.batch_size: expected 1 to the 1257 training images of digits, found 2000 (trial 0001)"
    )]
    [InlineData(
        "levels: 2",
        "levels: 4",
        "flow: glow: level 3 cannot squeeze 8×1×1 (from images of 1×8×8): height and width must be even; take at most 3 levels (trial 0001)"
    )]
    [InlineData(
        "kappa: 1d }",
        "kappa: 1d }\n  training.accumulate: [1, 65]",
        "training.accumulate: expected 1 to the 64 images of a batch, found 65 (trial 0002)"
    )]
    [InlineData("seed: 3", "resources: { threads: 1024 }", "resources.threads: expected at most ")]
    [InlineData("seed: 3", "resources: { device: \"cuda:99\" }", "resources.device: cuda:99 is not there; libtorch sees")]
    [InlineData("dataset: digits", "dataset: idx:cut", "cut/train-labels-idx1-ubyte: expected 60 values after the header, found 59")]
    public async Task What_every_trial_would_find_is_told_once_before_anything_is_written(string good, string bad, string expected)
    {
        using var folder = new SweepFolder(SweepFolder.Small.Replace(good, bad, StringComparison.Ordinal));
        WriteImages(Path.Combine(folder.Root, "cut"), missingLabels: 1);
        await using var run = folder.Sweep();
        await run.ExitsWith(2);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
        Assert.Equal(run.Errors.IndexOf(expected, StringComparison.Ordinal), run.Errors.LastIndexOf(expected, StringComparison.Ordinal));
        Assert.False(Directory.Exists(folder.Data.Root));
    }

    /// <summary>A data set of 8×8 in IDX form: 60 training and 40 test images.</summary>
    static void WriteImages(string folder, int missingLabels)
    {
        Directory.CreateDirectory(folder);
        foreach (var (part, count) in new[] { ("train", 60), ("t10k", 40) })
        {
            File.WriteAllBytes(
                Path.Combine(folder, $"{part}-images-idx3-ubyte"),
                [0, 0, 8, 3, 0, 0, 0, (byte)count, 0, 0, 0, 8, 0, 0, 0, 8, .. new byte[count * 64]]
            );
            File.WriteAllBytes(
                Path.Combine(folder, $"{part}-labels-idx1-ubyte"),
                [0, 0, 8, 1, 0, 0, 0, (byte)count, .. new byte[count - missingLabels]]
            );
        }
    }

    [Fact]
    public async Task Files_and_folders_that_cannot_be_used_are_named()
    {
        using var folder = new SweepFolder();
        await Refused(folder, "nothing.yaml", "sweep", "run", "nothing.yaml");
        await File.WriteAllTextAsync(Path.Combine(folder.Root, "file"), "", TestContext.Current.CancellationToken);
        await Refused(folder, "cannot be written", "sweep", "run", "sweep.yaml", "--data-dir", "file/below");
        await Refused(folder, "cannot be written", "sweep", "run", "sweep.yaml", "--data-dir", "/proc/nowhere");
        await Refused(folder, "--slots", "sweep", "run", "sweep.yaml", "--slots", "0");
        await Refused(folder, "--slot", "sweep", "run", "sweep.yaml", "--slot", "1");
    }

    [Fact]
    public async Task A_data_folder_that_another_process_uses_is_refused_with_its_name()
    {
        using var folder = new SweepFolder();
        await using var first = folder.Sweep();
        await first.Wrote("trials,");
        await using var second = folder.Sweep();
        await second.ExitsWith(2);
        Assert.Contains($"in use by process {first.Id}", second.Errors, StringComparison.Ordinal);
        first.Kill();
    }

    [Fact]
    public async Task Another_spec_of_the_same_name_is_refused_with_what_differs()
    {
        using var folder = new SweepFolder();
        await using (var first = folder.Sweep())
        {
            await first.Wrote("trials,");
            first.Kill();
        }

        var events = folder.Journal().Count;
        await File.WriteAllTextAsync(
            Path.Combine(folder.Root, "sweep.yaml"),
            SweepFolder.Small.Replace("epochs: 30", "epochs: 31", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        await using var second = folder.Sweep();
        await second.ExitsWith(2);
        Assert.Contains("training.epochs: 30 → 31", second.Errors, StringComparison.Ordinal);
        Assert.Equal(events, folder.Journal().Count);
    }

    static async Task Refused(SweepFolder folder, string what, params string[] arguments)
    {
        await using var run = Run.Orchestrator(folder.Root, arguments);
        await run.ExitsWith(2);
        Assert.Contains(what, run.Errors, StringComparison.Ordinal);
    }
}
