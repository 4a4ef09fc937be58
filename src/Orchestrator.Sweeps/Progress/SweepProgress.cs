using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;

namespace Orchestrator.Sweeps.Progress;

/// <summary>How far a sweep is: what terminal, API, page, report and metrics say of it.</summary>
/// <param name="EpochsDone">Epochs trained, of all trials.</param>
/// <param name="EpochsPlanned">Epochs in all; of a trial that failed or was stopped only those it did, so that a sweep that is over has
/// done them all.</param>
/// <param name="EvaluationsToCome">Evaluations that wait, run, or follow training that is still to do.</param>
/// <param name="Best">The trial that leads, as <see cref="TrialRanking"/> says; null before the first epoch.</param>
public sealed record SweepProgress(long EpochsDone, long EpochsPlanned, int EvaluationsToCome, TrialState? Best, TimeLeft TimeLeft)
{
    public static SweepProgress From(SweepState sweep, DateTimeOffset now)
    {
        var (done, planned, evaluations) = (0L, 0L, 0);
        foreach (var trial in sweep.Trials)
        {
            var isGivenUp = trial.Status is TrialStatus.Failed or TrialStatus.Stopped;
            done += trial.Epochs;
            planned += isGivenUp ? trial.Epochs : PlannedEpochs(sweep, trial);
            if (!isGivenUp && trial.Evaluation is not (EvaluationStatus.Completed or EvaluationStatus.Failed))
                evaluations++;
        }

        return new SweepProgress(done, planned, evaluations, TrialRanking.Best(sweep), TimeLeft.Of(sweep, now));
    }

    /// <returns>How many epochs the trial is to train in all.</returns>
    public static int PlannedEpochs(SweepState sweep, TrialState trial) => TrialFactory.Epochs(sweep.Spec, trial.Parameters);
}
