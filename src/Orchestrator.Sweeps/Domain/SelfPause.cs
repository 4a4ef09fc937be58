using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>Faults that no further trial would be spared: the sweep pauses itself and says why, rather than find them in every
/// trial.</summary>
static class SelfPause
{
    /// <summary>A node without the sweep's data is asked again after this: they may have been put there.</summary>
    static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(10);

    /// <summary>A node is given nothing of a sweep whose data it did not have a short while ago.</summary>
    public static bool Rests(SweepState state, string node, DateTimeOffset now) =>
        state.WithoutData.TryGetValue(node, out var since) && now - since < AskAgain;

    /// <summary>The sweep is paused for this very fault, and its other trials are still coming back with it.</summary>
    public static bool IsKnown(SweepState state, AttemptEnd end) =>
        state is { Status: SweepStatus.Paused, PausedBecause: { } known } && Fault.IsSame(known, end);

    /// <returns>The pause, and the trials that go back into the queue with the one that has just ended; empty where the sweep goes
    /// on.</returns>
    public static ImmutableArray<SweepEvent> After(SweepState state, Lease lease, AttemptEnd end, DateTimeOffset now) =>
        state.Status != SweepStatus.Running ? []
        : end.Cause == AttemptCause.Data ? (IsWorkedOnElsewhere(state, lease.Node, now) ? [] : [new SweepPaused(end) { At = now }])
        : lease.Kind == WorkKind.Training && IsShared(state, state.Trial(lease.Trial), end)
            ?
            [
                new SweepPaused(end) { At = now },
                .. state
                    .Trials.Where(trial => trial is { Status: TrialStatus.Failed, IsDropped: false })
                    .Select(SweepEvent (trial) => new TrialRetried(trial.Number) { At = now }),
            ]
        : [];

    /// <summary>Whoever resumes has mended it: what the trials in the queue ended by no longer counts against them.</summary>
    public static SweepState Forgiven(SweepState state) =>
        state.PausedBecause is { } known && Fault.IsOne(known)
            ? state
                .PendingTrials.Select(state.Trial)
                .Where(HasEndedByFault)
                .Aggregate(state, (sweep, trial) => sweep.With(trial with { Forgiven = trial.Ends }))
            : state;

    // One machine of many that lacks the data is no reason for the others to rest.
    static bool IsWorkedOnElsewhere(SweepState state, string node, DateTimeOffset now) =>
        state.Leases.Values.Any(held => held.Lease.Node != node && !Rests(state, held.Lease.Node, now));

    /// <summary>
    /// Every trial that has ended so far, or was tried in vain, did so by this fault, no other one has trained an epoch, and those that
    /// ended differ in more than their seeds: it is not what is swept that is bad. Where no trial is left to be spared, the sweep ends as
    /// it is.
    /// </summary>
    static bool IsShared(SweepState state, TrialState trial, AttemptEnd end)
    {
        if (
            !Fault.IsOne(end)
            || end.Cause == AttemptCause.OutOfMemory && state.MoreParts(trial) is not null
            || state.ToldFault is { } told && Fault.IsSame(told, end)
            || state.Spec.Retries.Alike == 0
            || state.Count(TrialStatus.Completed) + state.Count(TrialStatus.Stopped) > 0
            || state.Count(TrialStatus.Failed) + 1 >= state.PlannedTrials
            || state.Trials.Exists(other => !other.Curve.IsEmpty)
        )
            return false;
        var others = state.Trials.Where(other => other.Number != trial.Number && HasEndedByFault(other)).ToList();
        return others.Count + 1 >= Fault.Trials(end, state.Spec.Retries)
            && others.TrueForAll(other => Fault.IsSame(other.End!, end))
            && others.Exists(other => IsOnlyReplicated(state) || Essence(other) != Essence(trial));
    }

    /// <summary>Its last attempt did, and was not forgiven since; one that ran out of memory and is tried with less of it did
    /// not.</summary>
    static bool HasEndedByFault(TrialState trial) =>
        trial is { Status: TrialStatus.Failed or TrialStatus.Pending or TrialStatus.Running, IsDropped: false, End: { } end }
        && Fault.IsOne(end)
        && (end.Cause != AttemptCause.OutOfMemory || trial.Status == TrialStatus.Failed)
        && trial.Ends.GetValueOrDefault(end.Cause) > trial.Forgiven.GetValueOrDefault(end.Cause);

    static bool IsOnlyReplicated(SweepState state) => state.Spec.Space.Parameters.All(parameter => parameter.Path == SearchSpace.Replicate);

    static string Essence(TrialState trial) =>
        string.Join('\n', trial.Parameters.Remove(SearchSpace.Replicate).Select(parameter => $"{parameter.Key}={parameter.Value}"));
}
