using System.Collections.Immutable;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Journal;

/// <summary>Which sweeps there are, as the coordinator's own journal tells.</summary>
/// <param name="Sequence">Of the newest event in it.</param>
/// <param name="Accepted">Every name that was ever taken, oldest first.</param>
/// <param name="Gone">Those whose sweep was deleted, and whether nothing of it is left.</param>
public sealed record SweepList(long Sequence, ImmutableList<string> Accepted, ImmutableSortedDictionary<string, bool> Gone)
{
    public static SweepList Empty { get; } = new(0, [], ImmutableSortedDictionary.Create<string, bool>(StringComparer.Ordinal));

    /// <summary>Names of the sweeps that there are, oldest first.</summary>
    public IReadOnlyList<string> Names => Gone.IsEmpty ? Accepted : [.. Accepted.Where(name => !IsGone(name))];

    /// <summary>Names of those whose deletion was begun, and is not done.</summary>
    public IEnumerable<string> Deleting => Gone.Where(one => !one.Value).Select(one => one.Key);

    public bool IsGone(string sweep) => Gone.ContainsKey(sweep);

    public SweepList With(long sequence, CoordinatorEvent fact) =>
        fact switch
        {
            SweepAccepted e => this with
            {
                Sequence = sequence,
                // A name that is taken again keeps its place: listeners know sweeps by that.
                Accepted = Accepted.Contains(e.Sweep) ? Accepted : Accepted.Add(e.Sweep),
                Gone = Gone.Remove(e.Sweep),
            },
            SweepDeletionBegun e => this with { Sequence = sequence, Gone = Gone.SetItem(e.Sweep, false) },
            SweepDeleted e => this with { Sequence = sequence, Gone = Gone.SetItem(e.Sweep, true) },
            _ => this with { Sequence = sequence },
        };
}
