using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Scheduling;

/// <summary>The epochs at which trials are compared.</summary>
public static class Levels
{
    /// <returns>min_epochs · reduction^k below the last epoch, then that.</returns>
    public static ImmutableArray<int> Of(SweepSpec spec)
    {
        var (scheduler, last) = (spec.Scheduler, int.Parse(spec.Trial[TrainingSettings.EpochsPath], CultureInfo.InvariantCulture));
        var levels = ImmutableArray.CreateBuilder<int>();
        for (long level = scheduler.MinEpochs; level < last; level *= scheduler.Reduction)
            levels.Add((int)level);
        levels.Add(last);
        return levels.ToImmutable();
    }

    /// <returns>Those of one configuration: under Hyperband its bracket leaves some out; none where the scheduler has no rungs.</returns>
    public static ImmutableArray<int> Of(SweepSpec spec, int configuration) =>
        spec.Scheduler.HasRungs ? Of(spec)[Skipped(spec, configuration)..] : [];

    /// <returns>How many of the lowest levels the configuration's bracket leaves out.</returns>
    public static int Skipped(SweepSpec spec, int configuration) =>
        spec.Scheduler.Algorithm == SchedulerSpec.Hyperband ? Of(spec).Length - 1 - HyperbandBrackets.Of(spec, configuration) : 0;
}
