using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>What decides how much memory a training of a data set takes: trials that agree in it take as much, whatever their seeds, their
/// learning rates and the like.</summary>
public static class Footprint
{
    static readonly ImmutableArray<string> Paths =
    [
        .. FlowSettings.Fields.Select(field => field.Path),
        BaseSettings.DistributionPath,
        TrainingSettings.BatchSizePath,
        TrainingSettings.AccumulatePath,
        TrainingSettings.PrecisionPath,
        TrainingSettings.RecomputePath,
    ];

    /// <returns>Equal texts, equal need.</returns>
    public static string Of(TrialSettings settings) =>
        string.Join(' ', Paths.Where(settings.Values.ContainsKey).Select(path => $"{path}={settings.Values[path]}"));
}
