using System.Collections.Immutable;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Tables;

/// <param name="Rank">From 1, by bits per dimension on the test split; null where that is not known.</param>
public sealed record RankedTrial(TrialResult Trial, int? Rank);

/// <summary>Trials best first: evaluated ones, then by validation, then the rest; failed ones last.</summary>
public static class Ranking
{
    public static ImmutableArray<RankedTrial> Of(SweepResults results)
    {
        var ordered = results.Trials
            .OrderBy(trial => trial.State == TrialStatus.Failed)
            .ThenBy(trial => trial.Test.BitsPerDim ?? double.PositiveInfinity)
            .ThenBy(trial => trial.Validation.BitsPerDim ?? double.PositiveInfinity)
            .ThenBy(trial => trial.Id, StringComparer.Ordinal);
        return [.. ordered.Select((trial, index) => new RankedTrial(trial, IsRanked(trial) ? index + 1 : null))];
    }

    static bool IsRanked(TrialResult trial) => trial.State != TrialStatus.Failed && trial.Test.BitsPerDim is not null;
}
