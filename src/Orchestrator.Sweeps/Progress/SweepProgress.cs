using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Sweeps.Progress;

/// <summary>How far a sweep is: what terminal, API, page, report and metrics say of it.</summary>
/// <param name="EpochsDone">Epochs trained, of all trials.</param>
/// <param name="EpochsPlanned">Those, and the ones that are still to come, as <see cref="WorkToCome"/> expects them: a sweep that is over
/// has done them all. Where a scheduler gives trials up it is an estimate, which moves as they are.</param>
/// <param name="EvaluationsToCome">Evaluations that wait, run, or follow training that is still to do.</param>
/// <param name="Best">The trial that leads, as <see cref="TrialRanking"/> says; null before the first epoch.</param>
public sealed record SweepProgress(long EpochsDone, long EpochsPlanned, int EvaluationsToCome, TrialState? Best, TimeLeft TimeLeft)
{
    public static SweepProgress From(SweepState sweep, DateTimeOffset now)
    {
        var done = sweep.Trials.Sum(trial => (long)trial.Epochs);
        var toCome = WorkToCome.Of(sweep);
        var (epochs, evaluations) = (toCome.Expected.Epochs, toCome.Expected.Evaluations);
        return new SweepProgress(done, done + epochs, evaluations, TrialRanking.Best(sweep), TimeLeft.Of(sweep, toCome, now));
    }
}
