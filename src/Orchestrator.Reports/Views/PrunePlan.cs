using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Views;

/// <summary>What of finished sweeps goes, and what is left then.</summary>
/// <param name="Sweeps">Those of which something goes, the one that ended first before the others.</param>
/// <param name="FreedBytes">Of all checkpoints that go.</param>
/// <param name="LeftBytes">Of the checkpoints of all sweeps, those that run among them.</param>
public sealed record PrunePlan(ImmutableArray<PruneRow> Sweeps, long FreedBytes, long LeftBytes)
{
    /// <param name="all">The sweeps that there are.</param>
    /// <param name="olderThan">Only sweeps that ended so long ago; null for all that are over.</param>
    /// <param name="keepBytes">Only as many as it takes until no more than this is left; null for all.</param>
    /// <param name="isBestToo">Also the checkpoints of each sweep's best trial.</param>
    public static PrunePlan Of(IEnumerable<SweepState> all, DateTimeOffset now, TimeSpan? olderThan, long? keepBytes, bool isBestToo)
    {
        var known = all.ToList();
        var sweeps = known.Select(Lending).ToList();
        var left = sweeps.Sum(sweep => sweep.CheckpointBytes);
        var rows = ImmutableArray.CreateBuilder<PruneRow>();
        foreach (var sweep in sweeps.Where(IsOldEnough).OrderBy(sweep => sweep.EndedAt))
        {
            var goes = Retention.Pruned(sweep, isBestToo).ToList();
            if (goes.Count == 0 || left <= keepBytes)
                continue;
            var freed = goes.Sum(one => Retention.Freed(one.Trial, one.Kept));
            left -= freed;
            rows.Add(new(sweep.Spec.Name, sweep.Status, sweep.EndedAt!.Value, goes.Count, freed, sweep.CheckpointBytes - freed));
        }

        return new(rows.ToImmutable(), rows.Sum(row => row.FreedBytes), left);

        // A fork that ran in a folder alone has not said so to the sweep that it goes on from.
        SweepState Lending(SweepState sweep) =>
            known
                .Where(fork => fork.ForkedFrom?.Sweep == sweep.Spec.Name)
                .Aggregate(
                    sweep,
                    (state, fork) => SweepState.Apply(state, new CheckpointLent(fork.ForkedFrom!.Trial, fork.Spec.Name) { At = now })
                );

        bool IsOldEnough(SweepState sweep) => sweep.EndedAt is { } ended && (olderThan is not { } age || now - ended >= age);
    }
}

/// <param name="Trials">Of which checkpoints go.</param>
/// <param name="LeftBytes">Of its checkpoints that stay.</param>
public sealed record PruneRow(string Id, SweepStatus State, DateTimeOffset EndedAt, int Trials, long FreedBytes, long LeftBytes);
