using System.Text.Json;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What was found where a journal's decisions were made once more, each on the state that the events before it give.</summary>
/// <remarks>Events of one decision have one time. A command follows from the events that it led to; its decision must be these very
/// events.</remarks>
public sealed class SweepReplay
{
    readonly Func<SweepState?, long, SweepEvent, SweepState> apply;

    // Those of one time.
    readonly List<(long Number, SweepEvent Event)> group = [];
    readonly SortedDictionary<string, int> decisions = new(StringComparer.Ordinal);
    readonly List<ReplayDifference> differences = [];

    SweepReplay(Func<SweepState?, long, SweepEvent, SweepState> apply) => this.apply = apply;

    /// <summary>After the last event; null where there was none.</summary>
    public SweepState? State { get; private set; }

    public long Events { get; private set; }

    /// <summary>How many decisions were compared, by the command in snake_case: <c>grant_lease</c>.</summary>
    public IReadOnlyDictionary<string, int> Decisions => decisions;

    public IReadOnlyList<ReplayDifference> Differences => differences;

    /// <param name="journal">The first events of a sweep with their numbers; the last decision may be cut.</param>
    /// <param name="apply">The state after an event of this number; may refuse one that cannot follow.</param>
    public static SweepReplay Of(
        IEnumerable<(long Number, SweepEvent Event)> journal,
        Func<SweepState?, long, SweepEvent, SweepState> apply
    )
    {
        var replay = new SweepReplay(apply);
        foreach (var entry in journal)
        {
            if (replay.group.Count > 0 && replay.group[0].Event.At != entry.Event.At)
                replay.DecideGroup(isLast: false);
            replay.group.Add(entry);
        }

        replay.DecideGroup(isLast: true);
        return replay;
    }

    void DecideGroup(bool isLast)
    {
        for (var first = 0; first < group.Count; )
            first += Decide(first, isLast);
        group.Clear();
    }

    /// <returns>How many events the decision was.</returns>
    int Decide(int first, bool isLast)
    {
        // The scores that an evaluation ended with are in the event after its end.
        if (isLast && group[^1].Event is LeaseEnded { Kind: WorkKind.Evaluation, End.Cause: AttemptCause.Done } && first == group.Count - 1)
            return Take(first, 1);
        var command = ReplayedCommand.Of(State, group, first);
        var decided = command is null ? Decision.Nothing : SweepDecider.Decide(State, command, group[first].Event.At);
        var same = 0;
        while (same < decided.Events.Length && first + same < group.Count && IsSame(group[first + same].Event, decided.Events[same]))
            same++;
        var isCut = isLast && first + same == group.Count;
        var taken = same;
        if (same == 0 || (same < decided.Events.Length && !isCut))
        {
            Differ(first + same, command, decided, same);
            // What follows from the difference is no other one.
            for (taken = Math.Min(same + 1, group.Count - first); first + taken < group.Count; taken++)
                if (ReplayedCommand.Of(State, group, first + taken) is not null)
                    break;
        }

        if (command is not null)
            decisions[Snake(command)] = decisions.GetValueOrDefault(Snake(command)) + 1;
        return Take(first, taken);
    }

    int Take(int first, int count)
    {
        foreach (var (number, fact) in group.GetRange(first, count))
            State = apply(State, number, fact);
        Events += count;
        return count;
    }

    void Differ(int at, SweepCommand? command, Decision decided, int same) =>
        differences.Add(
            new ReplayDifference(
                at < group.Count ? group[at].Number : group[^1].Number + 1,
                at < group.Count ? Text(group[at].Event) : null,
                same < decided.Events.Length ? Text(decided.Events[same]) : null,
                decided.Refusal ?? (command is null ? "no command leads to this event alone" : null)
            )
        );

    // Records compare collections by reference.
    static bool IsSame(SweepEvent a, SweepEvent b) => a.Equals(b) || a.GetType() == b.GetType() && Text(a) == Text(b);

    static string Text(SweepEvent fact) => $"{Snake(fact)} {JsonSerializer.Serialize<object>(fact, OrchestratorJson.Compact)}";

    static string Snake(object of) => JsonNamingPolicy.SnakeCaseLower.ConvertName(of.GetType().Name);
}

/// <param name="Event">Number of the event.</param>
/// <param name="Recorded">Its name and JSON; null where the journal has none that was to follow.</param>
/// <param name="Decided">What is decided now; null where nothing is.</param>
/// <param name="Why">Why nothing is decided, where that is known.</param>
public sealed record ReplayDifference(long Event, string? Recorded, string? Decided, string? Why);
