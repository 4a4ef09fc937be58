using System.Collections.Immutable;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Metrics;

/// <summary>How far a sweep is and what its best is.</summary>
/// <param name="Eta">Null while no epoch has been timed or nothing of it trains.</param>
/// <param name="BestValidation">Bits per dimension of the best trial; null before the first epoch.</param>
/// <param name="BestScores">Of the best of the evaluated trials.</param>
sealed record SweepStanding(int EpochsDone, int EpochsPlanned, TimeSpan? Eta, double? BestValidation, EvaluationScores? BestScores)
{
    /// <param name="epochs">Of each trial, as its spec has them.</param>
    public static SweepStanding Of(SweepState sweep, ImmutableArray<int> epochs)
    {
        var (done, planned, timed, seconds) = (0, 0, 0, 0.0);
        TrialState? best = null,
            scored = null;
        foreach (var trial in sweep.Trials)
        {
            if (trial.Status is not (TrialStatus.Failed or TrialStatus.Stopped))
            {
                done += trial.Epochs;
                planned += epochs[trial.Number - 1];
            }

            foreach (var report in trial.Curve.Values)
            {
                timed++;
                seconds += report.Seconds;
            }

            if (IsBetter(trial, best))
                best = trial;
            if (trial.Scores is not null && IsBetter(trial, scored))
                scored = trial;
        }

        var training = sweep.Leases.Values.Count(held => held.Lease.Kind == WorkKind.Training);
        TimeSpan? eta = timed > 0 && training > 0 ? TimeSpan.FromSeconds(Math.Max(0, planned - done) * (seconds / timed) / training) : null;
        return new SweepStanding(done, planned, eta, best?.ValidationBitsPerDim, scored?.Scores);
    }

    static bool IsBetter(TrialState trial, TrialState? than) =>
        trial.Standing.IsRanked && (than is null || trial.Standing.CompareTo(than.Standing) < 0);
}
