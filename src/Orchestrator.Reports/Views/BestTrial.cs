using System.Collections.Immutable;
using Orchestrator.Reports.Results;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.Search;

namespace Orchestrator.Reports.Views;

/// <summary>The trial that leads so far, as <see cref="TrialRanking"/> says: by bits per dimension on the validation split. The other
/// figures are its own, where it is evaluated.</summary>
/// <param name="Label">What sets it apart: <c>von-mises-fisher kappa=1.5d</c>; empty where trials do not differ.</param>
public sealed record BestTrial(string Trial, double? ValidationBitsPerDim, double? TestBitsPerDim, double? Fid, string Label = "")
{
    /// <param name="differing">Paths at which the sweep's trials differ.</param>
    /// <returns>Null before the first epoch.</returns>
    internal static BestTrial? From(SweepState state, SweepProgress progress, ImmutableArray<string> differing)
    {
        if (progress.Best is not { } best)
            return null;
        return new(
            best.Id,
            best.ValidationBitsPerDim,
            Known.Finite(best.Scores?.Test.BitsPerDim),
            Known.Finite(best.Scores?.Samples.Fid),
            new ParameterLabels(differing).Of(TrialParameters.Of(state.Spec, best.Parameters))
        );
    }
}
