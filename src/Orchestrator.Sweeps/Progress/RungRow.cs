using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Scheduling;

namespace Orchestrator.Sweeps.Progress;

/// <summary>One rung of a sweep whose scheduler has some.</summary>
/// <param name="Ladder">Whose rung it is where there are several: a stratum, a bracket of Hyperband; null where there is one.</param>
/// <param name="Level">In epochs.</param>
/// <param name="Arrived">Configurations that were trained to it, or failed on their way there.</param>
/// <param name="Waiting">Of those the ones that may still be promoted.</param>
/// <param name="Survived">Of those the ones that went on to the next rung; null of the last one.</param>
/// <param name="Metric">What is compared here.</param>
/// <param name="Best">The lowest value of it, a mean over replicates; null where there is none.</param>
public sealed record RungRow(string? Ladder, int Level, int Arrived, int Waiting, int? Survived, string Metric, double? Best)
{
    /// <returns>All rungs of each ladder at which some configuration has arrived, the lowest first; none where the scheduler has
    /// none.</returns>
    public static ImmutableArray<RungRow> Of(SweepState sweep) =>
        sweep.Spec.Scheduler.HasRungs
            ?
            [
                .. from ladder in sweep.Rungs
                from level in Levels.Of(sweep.Spec)
                where level >= ladder.Value.Keys.First()
                select Of(sweep, ladder.Key, level, ladder.Value.GetValueOrDefault(level, Rung.Empty)),
            ]
            : [];

    static RungRow Of(SweepState sweep, string ladder, int level, Rung rung)
    {
        var (scheduler, levels) = (sweep.Spec.Scheduler, Levels.Of(sweep.Spec));
        var (place, isLast) = (levels.IndexOf(level), level == levels[^1]);
        return new RungRow(
            ladder.Length == 0 ? null : ladder,
            level,
            rung.Entries.Count,
            rung.Waiting.Count,
            isLast ? null
                : scheduler.Promotes ? rung.Promoted
                : rung.Entries.Count(entry => WentOn(sweep, entry, level)),
            !isLast && scheduler.RefineAt(place) is { } refine ? refine.Metric : scheduler.Metric,
            rung.Entries.FirstOrDefault() is { Configuration: > 0 } best && double.IsFinite(best.Value) ? best.Value : null
        );
    }

    /// <summary>Where all go on until they are stopped: the configuration was not.</summary>
    static bool WentOn(SweepState sweep, RungEntry entry, int level) =>
        double.IsFinite(entry.Value) && sweep.ReplicatesOf(entry.Configuration).All(trial => trial.PrunedAt != level);
}
