using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Sweeps.Tests.Progress;

public sealed class SweepProgressSpecs
{
    readonly TimedSweep _sweep = new("trial: { training: { epochs: 4 } }\nparameters: { replicate: [1, 2, 3] }");

    [Fact]
    public void Of_a_trial_that_is_given_up_only_the_epochs_it_did_are_planned_and_no_evaluation_is_to_come()
    {
        var first = _sweep.Grant(0);
        _sweep.Epochs(10, first, 1, 10);
        Assert.Equal((1, 12, 3), Figures(10));
        _sweep.Fail(10, first);
        Assert.Equal((1, 9, 2), Figures(10));
        _sweep.Do(10, new StopSweep());
        Assert.Equal((1, 1, 0), Figures(10));
    }

    [Fact]
    public void An_evaluation_is_to_come_until_it_is_done()
    {
        var first = _sweep.Grant(0);
        _sweep.Epochs(40, first, 4, 10);
        _sweep.Complete(40, first);
        var evaluation = _sweep.Grant(40, WorkKind.Evaluation);
        Assert.Equal((4, 12, 3), Figures(40));
        _sweep.Evaluated(50, evaluation);
        Assert.Equal((4, 12, 2), Figures(50));
    }

    [Fact]
    public void The_best_is_the_one_that_validates_best()
    {
        Assert.Null(_sweep.Progress(0).Best);
        var (first, second) = (_sweep.Grant(0), _sweep.Grant(0));
        _sweep.Epochs(10, first, 1, 10);
        Assert.Equal(1, _sweep.Progress(10).Best!.Number);
        _sweep.Epochs(10, second, 1, 10);
        Assert.Equal(2, _sweep.Progress(10).Best!.Number);
    }

    (long Done, long Planned, int Evaluations) Figures(double at) =>
        _sweep.Progress(at) is var progress ? (progress.EpochsDone, progress.EpochsPlanned, progress.EvaluationsToCome) : default;
}
