using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Live;

/// <summary>The trial that leads so far: by bits per dimension on the test split, and while none is evaluated by those on the validation split.</summary>
public sealed record BestTrial(string Trial, double? ValidationBitsPerDim, double? TestBitsPerDim, double? Fid)
{
    internal static BestTrial From(TrialState trial) => new(trial.Id, Validation(trial), Test(trial), Known.Finite(trial.Scores?.Samples.Fid));

    /// <summary>As the results table ranks them.</summary>
    internal static bool IsBetter(TrialState trial, TrialState? than)
    {
        if (trial.Status == TrialStatus.Failed || (Test(trial) ?? Validation(trial)) is null) return false;
        return than is null || Key(trial).CompareTo(Key(than)) < 0;
    }

    static (double, double) Key(TrialState trial) => (Test(trial) ?? double.PositiveInfinity, Validation(trial) ?? double.PositiveInfinity);

    static double? Test(TrialState trial) => Known.Finite(trial.Scores?.Test.BitsPerDim);

    static double? Validation(TrialState trial) => Known.Finite(trial.LastReport?.ValidationBitsPerDim);
}
