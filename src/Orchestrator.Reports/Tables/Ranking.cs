using System.Collections.Immutable;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Tables;

/// <param name="Rank">From 1, by bits per dimension on the validation split; null where that is not known, or the trial failed.</param>
public sealed record RankedTrial(TrialResult Trial, int? Rank);

/// <summary>Trials best first, as their <see cref="Standing"/> says.</summary>
public static class Ranking
{
    public static ImmutableArray<RankedTrial> Of(SweepResults results) =>
        [
            .. results
                .Trials.OrderBy(trial => trial.Standing())
                .Select((trial, index) => new RankedTrial(trial, trial.Standing().IsRanked ? index + 1 : null)),
        ];
}
