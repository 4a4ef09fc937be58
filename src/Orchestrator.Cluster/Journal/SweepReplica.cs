using System.Collections.Concurrent;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Journal;

/// <summary>The newest state of every sweep, read from the journal: each look reads only what is new. Safe for many readers; any
/// coordinator may answer, also while another one takes over.</summary>
public sealed class SweepReplica(JournalReader journal)
{
    readonly ConcurrentDictionary<string, Followed> _followed = new();

    readonly Lock _gate = new();
    SweepList _list = SweepList.Empty;

    public IReadOnlyList<string> Sweeps() => List().Names;

    /// <summary>Of every sweep that there is.</summary>
    public IEnumerable<SweepState> States() => Sweeps().Select(name => Read(name)?.State).OfType<SweepState>();

    /// <inheritdoc cref="JournalReader.List"/>
    public SweepList List()
    {
        lock (_gate)
            return _list = journal.List(_list);
    }

    /// <returns>Null where the journal has no sweep of that name.</returns>
    public SweepState? Sweep(string name) => Newest(name)?.State;

    /// <returns>The state and the sequence number of the newest event in it.</returns>
    public (long Sequence, SweepState State)? Newest(string name)
    {
        if (List().IsGone(name))
        {
            _followed.TryRemove(name, out _);
            return null;
        }

        return Read(name);
    }

    (long Sequence, SweepState State)? Read(string name)
    {
        var followed = _followed.GetOrAdd(name, _ => new Followed());
        lock (followed)
        {
            if (followed.State is null)
                (followed.Sequence, followed.State) = journal.Snapshot(name);
            foreach (var (sequence, fact) in journal.Events(name, followed.Sequence))
                (followed.State, followed.Sequence) = (JournalReader.Apply(name, followed.State, sequence, fact), sequence);

            if (followed.State is null)
                _followed.TryRemove(name, out _);
            return followed.State is { } state ? (followed.Sequence, state) : null;
        }
    }

    /// <summary>The events of one sweep, from after a sequence number on.</summary>
    public IEnumerable<(long Sequence, SweepEvent Event)> Events(string name, long after, int limit) => journal.Events(name, after, limit);

    /// <summary>The events of one trial, from after a sequence number on.</summary>
    public IEnumerable<(long Sequence, SweepEvent Event)> TrialEvents(string name, int trial, long after)
    {
        Sweep(name);
        if (!_followed.TryGetValue(name, out var followed))
            return [];
        long[] sequences;
        lock (followed)
        {
            foreach (var (sequence, fact) in journal.Events(name, followed.Noted))
                followed.Note(fact, sequence);
            sequences = followed.Of(trial, after);
        }

        return journal.Events(name, sequences);
    }

    sealed class Followed
    {
        // Which events are of which trial: a trial has a few hundred, its sweep may have a million.
        readonly Dictionary<int, List<long>> _trials = [];

        public long Sequence { get; set; }

        public SweepState? State { get; set; }

        /// <summary>The number of the last event that was noted: what nobody asked for is not read.</summary>
        public long Noted { get; private set; }

        public void Note(SweepEvent fact, long sequence)
        {
            Noted = sequence;
            if (fact is not ITrialFact { Trial: var trial })
                return;
            if (!_trials.TryGetValue(trial, out var sequences))
                _trials.Add(trial, sequences = []);
            sequences.Add(sequence);
        }

        public long[] Of(int trial, long after)
        {
            if (!_trials.TryGetValue(trial, out var sequences))
                return [];
            var at = sequences.BinarySearch(after);
            return [.. sequences.Skip(at < 0 ? ~at : at + 1)];
        }
    }
}
