using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.Specs;
using static System.FormattableString;

namespace Orchestrator.Reports.Views;

/// <summary>Why trials of a sweep wait, and when the next one is likely to begin: what <c>GET /api/sweeps/{id}/why</c> says.</summary>
/// <param name="Waiting">Trials that wait for a slot, those among them that the search is still to draw.</param>
/// <param name="Running">Trials that train.</param>
/// <param name="Because">Why they wait, or why none does; not empty.</param>
/// <param name="StartsInSeconds">Until a slot is likely to be free for the next one; null where that is not known.</param>
public sealed record SweepWhy(string Id, int Waiting, int Running, ImmutableArray<string> Because, double? StartsInSeconds)
{
    /// <param name="all">Every sweep of the cluster, this one among them.</param>
    /// <param name="quotas">Of tokens, by their names.</param>
    public static SweepWhy From(
        SweepState sweep,
        IEnumerable<SweepState> all,
        IReadOnlyDictionary<string, TokenQuota> quotas,
        DateTimeOffset now
    )
    {
        var others = all.Where(other => !other.IsOver && other.Spec.Name != sweep.Spec.Name).ToList();
        var quota = sweep.SubmittedBy is { } token ? quotas.GetValueOrDefault(token) : null;
        var (because, soon) = Reasons(sweep, others, quota, now);
        return new SweepWhy(
            sweep.Spec.Name,
            sweep.IsOver ? 0 : Sharing.Waiting(sweep),
            sweep.Count(TrialStatus.Running),
            because,
            soon?.TotalSeconds
        );
    }

    static (ImmutableArray<string> Because, TimeSpan? Soon) Reasons(
        SweepState sweep,
        List<SweepState> others,
        TokenQuota? quota,
        DateTimeOffset now
    )
    {
        var trains = sweep.Count(TrialStatus.Running);
        if (sweep.IsOver)
            return ([$"the sweep is over: {StatusText.Of(sweep.Status)}{Budget(sweep)}"], null);
        if (sweep.HeldBack is { } reached)
            return ([$"{reached}; the sweep goes on once orchestrator token quota gives it more"], null);
        if (sweep.Status == SweepStatus.Stopping)
            return (
                [
                    sweep.StoppedBecause is null
                        ? "the sweep was asked to stop: its trials are leaving"
                        : $"the sweep stops by itself{Budget(sweep)}; sweep set with more of it goes on",
                ],
                null
            );
        if (sweep.Status == SweepStatus.Paused)
            return (
                [
                    sweep.PausedBecause is { } fault
                        ? $"the sweep paused itself: {StatusText.SelfPause(fault)}; once that is mended, sweep resume goes on"
                        : "the sweep is paused: sweep resume goes on",
                ],
                null
            );
        if (sweep.WaitsBecause is { } lack)
            return ([lack], null);
        if (sweep.Share.MaxSlots is { } most && Sharing.Room(sweep) <= 0)
            return ([Invariant($"it trains in the {Slots(most)} that it may have (share.max_slots)")], TimeLeft.NextTrained(sweep, now));
        var ofToken = Quotas.SweepsOf(sweep.SubmittedBy ?? "", [.. others, sweep]).ToList();
        if (quota?.Slots is { } slots && Quotas.Held(ofToken) >= slots)
            return (
                [$"token {sweep.SubmittedBy} trains in the {Slots(slots)} that it may have, of all its sweeps together (its quota)"],
                ofToken.Select(one => TimeLeft.NextTrained(one, now)).Min()
            );
        if (Sharing.Wanted(sweep) == 0)
            return ([NothingWaits(sweep)], null);
        return (Busy(sweep, others, trains), Soon(sweep, others, now));
    }

    static string Budget(SweepState sweep) => sweep.StoppedBecause is { } because ? $": {because.Message}" : "";

    static string NothingWaits(SweepState sweep) =>
        sweep.Count(TrialStatus.Paused) is > 0 and var paused
            ? Invariant($"no trial waits for a slot: {paused} wait at a rung of the scheduler for others to arrive there")
        : sweep.PendingEvaluations.Count is > 0 and var evaluations
            ? Invariant($"no trial waits for a slot: {evaluations} are trained and wait for an evaluator")
        : "no trial waits for a slot";

    static ImmutableArray<string> Busy(SweepState sweep, List<SweepState> others, int trains)
    {
        var because = ImmutableArray.CreateBuilder<string>();
        foreach (
            var other in others
                .Where(other => other.Count(TrialStatus.Running) > 0)
                .OrderByDescending(other => other.Share.Priority)
                .ThenBy(other => (other.Count(TrialStatus.Running) + 1) / other.Share.Weight)
        )
        {
            var how =
                other.Share.Priority > sweep.Share.Priority ? Invariant($"and goes first (priority {other.Share.Priority})")
                : other.Share.Priority < sweep.Share.Priority
                    ? Invariant($"and makes way (priority {other.Share.Priority}): a trial leaves once it has checkpointed")
                : Invariant($"by a weight of {other.Share.Weight} to {sweep.Share.Weight}");
            because.Add($"sweep {other.Spec.Name} trains in {Slots(other.Count(TrialStatus.Running))} {how}");
        }

        if (trains > 0)
            because.Add($"its own trials train in {Slots(trains)}");
        return because.Count > 0
            ? because.ToImmutable()
            : ["no node has a free slot that asked for work: orchestrator node list shows them"];
    }

    /// <summary>The next slot that is free is offered to this sweep, unless another one goes first and has trials that wait.</summary>
    static TimeSpan? Soon(SweepState sweep, List<SweepState> others, DateTimeOffset now) =>
        others.Any(other => other.Share.Priority > sweep.Share.Priority && Sharing.Wanted(other) > 0)
            ? null
            : others.Append(sweep).Select(one => TimeLeft.NextTrained(one, now)).Min();

    static string Slots(int number) => Invariant($"{number} {(number == 1 ? "slot" : "slots")}");
}
