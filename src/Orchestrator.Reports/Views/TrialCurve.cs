using System.Collections.Immutable;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Views;

/// <summary>The learning curve of one trial, as two columns of equal length.</summary>
public sealed record TrialCurve(string Trial, ImmutableArray<int> Epochs, ImmutableArray<double?> ValidationBitsPerDim)
{
    public static TrialCurve From(TrialState trial) =>
        new(
            trial.Id,
            [.. trial.Curve.Select(report => report.Epoch)],
            [.. trial.Curve.Select(report => Known.Finite(report.ValidationBitsPerDim))]
        );
}

/// <summary>What <c>GET /api/sweeps/{id}/curves</c> says.</summary>
public sealed record TrialCurves(ImmutableArray<TrialCurve> Curves);
