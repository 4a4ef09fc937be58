using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Journal;

/// <summary>A sweep's journal decided once more, and held against the snapshot that is there.</summary>
/// <param name="Snapshot">Number of the last event in the snapshot; null where none was compared.</param>
/// <param name="SnapshotDiffers">It holds another state than the events up to there give.</param>
public sealed record JournalReplay(SweepReplay Decided, long? Snapshot, bool SnapshotDiffers)
{
    public bool IsSame => Decided.Differences.Count == 0 && !SnapshotDiffers;

    /// <param name="until">The last event to look at.</param>
    /// <exception cref="JournalException">An event cannot be read, or does not follow from those before it.</exception>
    public static JournalReplay Of(JournalReader journal, string sweep, long until)
    {
        var (last, kept) = journal.Snapshot(sweep);
        SweepState? then = null;
        var decided = SweepReplay.Of(
            journal.Events(sweep).TakeWhile(entry => entry.Sequence <= until),
            (state, number, fact) =>
            {
                state = JournalReader.Apply(sweep, state, number, fact);
                then = number == last ? state : then;
                return state;
            }
        );
        return then is null || kept is null
            ? new JournalReplay(decided, null, false)
            : new JournalReplay(decided, last, StateDigest.Of(then) != StateDigest.Of(kept));
    }
}
