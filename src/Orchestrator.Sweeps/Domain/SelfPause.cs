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
        state is { Status: SweepStatus.Paused, PausedBecause: { Cause: AttemptCause.BadSpec } known }
        && end.Cause == known.Cause
        && end.Message == known.Message;

    /// <returns>The pause, and the trials that go back into the queue with the one that has just ended; empty where the sweep goes
    /// on.</returns>
    public static ImmutableArray<SweepEvent> After(SweepState state, Lease lease, AttemptEnd end, DateTimeOffset now) =>
        state.Status != SweepStatus.Running
            ? []
            : end.Cause switch
            {
                AttemptCause.Data when !IsWorkedOnElsewhere(state, lease.Node, now) => [new SweepPaused(end) { At = now }],
                AttemptCause.BadSpec when lease.Kind == WorkKind.Training && IsShared(state, state.Trial(lease.Trial), end) =>
                [
                    new SweepPaused(end) { At = now },
                    .. Failed(state).Select(SweepEvent (trial) => new TrialRetried(trial.Number) { At = now }),
                ],
                _ => [],
            };

    // One machine of many that lacks the data is no reason for the others to rest.
    static bool IsWorkedOnElsewhere(SweepState state, string node, DateTimeOffset now) =>
        state.Leases.Values.Any(held => held.Lease.Node != node && !Rests(state, held.Lease.Node, now));

    /// <summary>
    /// Every trial that has ended so far ended by this fault, no other one has trained an epoch, and those that ended differ in more than
    /// their seeds: it is not what is swept that is bad. Where no trial is left to be spared, the sweep ends as it is.
    /// </summary>
    static bool IsShared(SweepState state, TrialState trial, AttemptEnd end) =>
        end.Message is { } message
        && message != state.ToldFault
        && state.Count(TrialStatus.Completed) + state.Count(TrialStatus.Stopped) == 0
        && state.Count(TrialStatus.Failed) + 1 < state.PlannedTrials
        && Failed(state).Any(other => IsOnlyReplicated(state) || Essence(other) != Essence(trial))
        && Failed(state).All(other => other.End is { Cause: AttemptCause.BadSpec } fault && fault.Message == message)
        && state.Trials.TrueForAll(other => other.Curve.IsEmpty);

    static IEnumerable<TrialState> Failed(SweepState state) =>
        state.Trials.Where(trial => trial is { Status: TrialStatus.Failed, IsDropped: false });

    static bool IsOnlyReplicated(SweepState state) => state.Spec.Space.Parameters.All(parameter => parameter.Path == SearchSpace.Replicate);

    static string Essence(TrialState trial) =>
        string.Join('\n', trial.Parameters.Remove(SearchSpace.Replicate).Select(parameter => $"{parameter.Key}={parameter.Value}"));
}
