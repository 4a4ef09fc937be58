using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Trials;

namespace Orchestrator.Training.Tests.Trials;

/// <summary>Trials that go on from the checkpoint of another sweep's trial.</summary>
public sealed class ForkSpecs
{
    static readonly TrialSpec Half = TinyTrial.With(("training.epochs", "2"));

    [Fact]
    public void A_fork_to_more_epochs_ends_with_the_bytes_of_a_trial_of_so_many_killed_or_not()
    {
        using TinyTrial whole = new(),
            parent = new();
        whole.Attempt();
        parent.Attempt(Half);
        using var fork = new TinyTrial { ForkedFrom = PointOf(parent) };
        fork.Attempt(killedAt: 13);
        // Before it has a checkpoint of its own it has nothing but the other's: the epochs alone are its own.
        Assert.DoesNotContain(fork.Of<ProcessMessage.ReportCheckpoint>(), said => said.Checkpoint.Epoch == 2);
        Assert.Equal(AttemptCause.Done, fork.Attempt());

        Assert.Equal(whole.Newest().Manifest.Files[Checkpoint.ModelFile], fork.Newest().Manifest.Files[Checkpoint.ModelFile]);
        Assert.Equal(whole.Newest().Manifest.Files[Checkpoint.OptimizerFile], fork.Newest().Manifest.Files[Checkpoint.OptimizerFile]);
        Assert.Equal([1, 2, 3, 4], fork.Newest().Manifest.Reports.Select(report => report.Epoch));
    }

    [Fact]
    public void A_fork_may_have_batches_of_another_size_and_counts_its_own_steps()
    {
        using var parent = new TinyTrial();
        parent.Attempt(Half);
        using var fork = new TinyTrial { ForkedFrom = PointOf(parent) };
        Assert.Equal(AttemptCause.Done, fork.Attempt(TinyTrial.With(("training.batch_size", "30"), ("training.learning_rate", "0.001"))));
        Assert.Equal(
            [(1, 5L), (2, 10L), (3, 9L), (4, 12L)],
            fork.Of<ProcessMessage.ReportEpoch>().Select(said => (said.Report.Epoch, said.Report.Step))
        );
    }

    [Theory]
    [InlineData("flow.hidden", "16", "flow.hidden: is 8 in the checkpoint, and 16 here")]
    [InlineData("base.kappa", "2d", "base.kappa: is 1d in the checkpoint, and 2d here")]
    [InlineData("training.optimizer", "adamax", "training.optimizer: is adam in the checkpoint, and adamax here")]
    [InlineData("training.epochs", "2", "its checkpoint to begin with has 2: ask for more")]
    public void A_fork_that_the_checkpoint_does_not_fit_fails_at_once(string path, string text, string reason)
    {
        using var parent = new TinyTrial();
        parent.Attempt(Half);
        using var fork = new TinyTrial { ForkedFrom = PointOf(parent) };
        AssertRefused(fork, TinyTrial.With((path, text)), reason);
    }

    [Fact]
    public void A_checkpoint_that_is_gone_or_another_one_is_told()
    {
        using var parent = new TinyTrial();
        parent.Attempt(Half);
        var point = PointOf(parent);
        using var other = new TinyTrial { ForkedFrom = point with { Checkpoint = point.Checkpoint with { Sha256 = new string('0', 64) } } };
        AssertRefused(other, TinyTrial.Spec, "it is another one than was forked from");
        using var gone = new TinyTrial { ForkedFrom = point with { Checkpoint = point.Checkpoint with { Path = "/nowhere" } } };
        AssertRefused(gone, TinyTrial.Spec, "the checkpoint that the sweep was forked from cannot be read: /nowhere");
    }

    static ForkPoint PointOf(TinyTrial parent) => new("parent", 1, parent.Newest().Info);

    static void AssertRefused(TinyTrial fork, TrialSpec spec, string reason)
    {
        var failure = Assert.Throws<TrialFailure>(() => fork.Attempt(spec));
        Assert.Equal(AttemptCause.BadSpec, failure.Cause);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }
}
