using System.Collections.Immutable;
using Orchestrator.Cluster.Journal;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Web.Events;

/// <summary>Every sweep as it was at the last look.</summary>
/// <param name="Newest">Where the next look at the journal begins.</param>
/// <param name="At">When it was.</param>
/// <param name="List">Which there are, and which were.</param>
sealed record JournalLook(
    DateTimeOffset At,
    long Newest,
    SweepList List,
    ImmutableDictionary<string, (long Sequence, SweepState State)> Sweeps
)
{
    public static JournalLook None { get; } = new(default, 0, SweepList.Empty, ImmutableDictionary<string, (long, SweepState)>.Empty);

    IEnumerable<string> Names => List.Names;

    public JournalPosition Position => new([.. List.Accepted.Select(name => Sweeps.TryGetValue(name, out var sweep) ? sweep.Sequence : 0)]);

    public IEnumerable<SweepState> States => Names.Where(Sweeps.ContainsKey).Select(name => Sweeps[name].State);

    /// <summary>Looks again, at what is new only.</summary>
    public JournalLook Next(JournalReader journal, SweepReplica replica, DateTimeOffset now)
    {
        var news = journal.News(Newest);
        var sweeps = Sweeps;
        foreach (var name in news.Sweeps)
            if (replica.Newest(name) is { } newest)
                sweeps = sweeps.SetItem(name, newest);
        var list = replica.List();
        return new JournalLook(now, news.Newest, list, sweeps.RemoveRange(sweeps.Keys.Where(list.IsGone)));
    }

    /// <summary>What somebody who knows the earlier look has to hear. A sweep that was not known is told as a whole: its trials are there
    /// to be asked for.</summary>
    public SseWriter Since(JournalLook before, SseWriter text)
    {
        foreach (var name in before.Sweeps.Keys.Where(List.IsGone))
            text.Add("deleted", new DeletedEventData(name));
        foreach (var name in Names.Where(Sweeps.ContainsKey))
        {
            var (sequence, state) = Sweeps[name];
            if (!before.Sweeps.TryGetValue(name, out var old))
                text.Add("sweep", SweepEventData.Of(sequence, state));
            else if (old.Sequence != sequence)
                Tell(text, sequence, state, Changed(old.State, state));
        }

        return text;
    }

    /// <summary>What somebody who was cut off at the position has to hear.</summary>
    public SseWriter Since(JournalPosition position, JournalReader journal, SseWriter text)
    {
        for (var i = 0; i < List.Accepted.Count; i++)
        {
            var name = List.Accepted[i];
            if (List.IsGone(name) && position[i] > 0)
                text.Add("deleted", new DeletedEventData(name));
            if (!Sweeps.TryGetValue(name, out var sweep) || position[i] == sweep.Sequence)
                continue;
            // From a position beyond the journal's end (it was restored from a backup) everything is new.
            var heard = position[i] > sweep.Sequence ? 0 : position[i];
            var trials = journal.Events(name, heard).SelectMany(entry => Touched(sweep.State, entry.Event)).Distinct().Order();
            Tell(text, sweep.Sequence, sweep.State, trials.Select(sweep.State.Trial));
        }

        return text;
    }

    static IEnumerable<int> Touched(SweepState sweep, SweepEvent fact) =>
        fact switch
        {
            ITrialFact one => [one.Trial],
            ConfigurationPromoted promoted => sweep.ReplicatesOf(promoted.Configuration).Select(trial => trial.Number),
            _ => [],
        };

    void Tell(SseWriter text, long sequence, SweepState state, IEnumerable<TrialState> trials)
    {
        text.Add("sweep", SweepEventData.Of(sequence, state));
        foreach (var trial in trials)
            text.Add("trial", new TrialEventData(state.Spec.Name, TrialRow.From(state, trial, At)));
    }

    // A trial that nothing happened to is the very same object.
    static IEnumerable<TrialState> Changed(SweepState before, SweepState after) =>
        after.Trials.Where((trial, index) => index >= before.Trials.Count || !ReferenceEquals(trial, before.Trials[index]));
}
