using System.Globalization;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Workers;

namespace Orchestrator.Cluster.Tests.Workers;

public sealed class SweepFilesSpecs : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly List<(string Storage, string Below)> _asked = [];
    Func<string, bool> _goes = _ => false;

    [Fact]
    public async Task A_sweep_goes_with_all_that_is_there_of_it_and_no_other_one()
    {
        var (mine, other) = (Write("digits", 1, 1, 20), Write("digits-2", 1, 1, 20));
        await DeleteAsync(new FileProtocol.DeleteSweep("digits"));
        Assert.False(Directory.Exists(_folder.Data.Sweep("digits")));
        Assert.False(Directory.Exists(mine));
        Assert.True(Directory.Exists(other));
        Assert.Equal([("s3://b/p", "sweeps/digits/")], _asked);
        Assert.True(_goes("trials/0001/evaluation-1/samples.png"));
        // What is not there is deleted already.
        await DeleteAsync(new FileProtocol.DeleteSweep("digits"));
    }

    [Fact]
    public async Task Of_a_trial_go_the_checkpoints_before_the_one_that_stays_of_the_attempts_that_are_named()
    {
        string[] gone = [Write("s", 1, 1, 10), Write("s", 1, 1, 20), Write("s", 1, 2, 30)];
        string[] stay = [Write("s", 1, 2, 40), Write("s", 1, 2, 50), Write("s", 1, 3, 10), Write("s", 2, 1, 10)];
        await DeleteAsync(new FileProtocol.DeleteCheckpoints("s", 1, 2, stay[0]));
        Assert.All(gone, checkpoint => Assert.False(Directory.Exists(checkpoint)));
        Assert.All(stay, checkpoint => Assert.True(Directory.Exists(checkpoint)));
        Assert.Equal([("s3://b/p", "sweeps/s/trials/0001/attempt-")], _asked);
        Assert.Equal(
            [true, false, false, false],
            new[]
            {
                "2/checkpoints/0000000030/model.safetensors",
                "2/checkpoints/0000000040/manifest.json",
                "3/checkpoints/0000000010/manifest.json",
                "2/metrics.jsonl",
            }.Select(_goes)
        );

        await DeleteAsync(new FileProtocol.DeleteCheckpoints("s", 1, 2, null));
        Assert.Equal([false, false, true, true], stay.Select(Directory.Exists));
        // All else of the attempt stays.
        Assert.True(File.Exists(Path.Combine(_folder.Data.Attempt("s", 1, 2), "metrics.jsonl")));
    }

    [Theory]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a/../../b")]
    [InlineData("A")]
    public async Task What_is_no_name_of_a_sweep_is_not_looked_for(string sweep)
    {
        Write("s", 1, 1, 10);
        await Assert.ThrowsAsync<ArgumentException>(() => DeleteAsync(new FileProtocol.DeleteSweep(sweep)));
        Assert.True(Directory.Exists(_folder.Data.Sweep("s")));
    }

    public void Dispose() => _folder.Dispose();

    async Task DeleteAsync(FileProtocol.IDelete what) =>
        await new SweepFiles(
            _folder.Data,
            "s3://b/p",
            (storage, below, goes) =>
            {
                _asked.Add((storage, below));
                _goes = goes;
                return Task.CompletedTask;
            }
        ).DeleteAsync(what);

    string Write(string sweep, int trial, int attempt, long step)
    {
        var folder = _folder.Data.Attempt(sweep, trial, attempt);
        var checkpoint = Path.Combine(folder, "checkpoints", step.ToString("D10", CultureInfo.InvariantCulture));
        Directory.CreateDirectory(checkpoint);
        File.WriteAllText(Path.Combine(checkpoint, "manifest.json"), "{}");
        File.WriteAllText(Path.Combine(folder, "metrics.jsonl"), "");
        return checkpoint;
    }
}
