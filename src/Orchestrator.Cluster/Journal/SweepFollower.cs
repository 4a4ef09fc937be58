using System.Collections.Concurrent;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Journal;

/// <summary>The newest state of every sweep, read from the journal: each look reads only what is new. Safe for many readers; any coordinator may answer, also while another one takes over.</summary>
public sealed class SweepFollower(JournalReader journal)
{
    readonly ConcurrentDictionary<string, Followed> _followed = new();

    public IReadOnlyList<string> Sweeps() => journal.Sweeps();

    /// <returns>Null where the journal has no sweep of that name.</returns>
    public SweepState? Sweep(string name) => Newest(name)?.State;

    /// <returns>The state and the sequence number of the newest event in it.</returns>
    public (long Sequence, SweepState State)? Newest(string name)
    {
        var followed = _followed.GetOrAdd(name, _ => new Followed());
        lock (followed)
        {
            foreach (var (sequence, fact) in journal.Events(name, followed.Sequence))
                (followed.Sequence, followed.State) = (sequence, SweepState.Apply(followed.State, fact));
            if (followed.State is null) _followed.TryRemove(name, out _);
            return followed.State is { } state ? (followed.Sequence, state) : null;
        }
    }

    sealed class Followed
    {
        public long Sequence { get; set; }

        public SweepState? State { get; set; }
    }
}
