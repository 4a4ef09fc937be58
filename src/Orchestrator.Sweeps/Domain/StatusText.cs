using System.Text.Json;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using static System.FormattableString;

namespace Orchestrator.Sweeps.Domain;

/// <summary>States and causes in words, the same on the terminal, in tables and in reports. The live page makes the same words of the
/// names that JSON has.</summary>
public static class StatusText
{
    /// <returns>The name in words: <c>out of memory</c> for <see cref="AttemptCause.OutOfMemory"/>.</returns>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()).Replace('_', ' ');

    /// <returns>The cause, where it struck and what was said: <c>divergence in level0 at step 12: …</c>.</returns>
    public static string Of(AttemptEnd end)
    {
        var where = (end.Layer, end.Step) switch
        {
            ({ } layer, { } step) => Invariant($" in {layer} at step {step}"),
            (_, { } step) => Invariant($" at step {step}"),
            _ => "",
        };
        return $"{Of(end.Cause)}{where}{(end.Message is { } message ? $": {message}" : "")}";
    }

    /// <returns>A trial's state, with the cause where its last attempt did not end well, and with that of its evaluation where that is not
    /// done: <c>completed, evaluation running</c>; of one that the scheduler lets wait or gave up, with its epoch:
    /// <c>pruned at epoch 3</c>.</returns>
    public static string Of(TrialState trial) =>
        Trial(trial.Status, trial.Epochs, trial.End?.Cause, trial.Evaluation, trial.EvaluationEnd?.Cause, trial.IsDropped);

    /// <param name="epochs">Trained so far.</param>
    /// <param name="cause">How the last attempt ended; null before. It is not told of a trial that runs again.</param>
    /// <param name="evaluationCause">How the last evaluation ended; null before.</param>
    /// <param name="isDropped">It is no longer in the sweep file.</param>
    public static string Trial(
        TrialStatus status,
        int epochs,
        AttemptCause? cause,
        EvaluationStatus evaluation,
        AttemptCause? evaluationCause,
        bool isDropped = false
    )
    {
        // Why its last attempt left says nothing more of it.
        if (isDropped)
            return status == TrialStatus.Running ? "running, leaves: no longer in the file" : $"{Of(status)}, no longer in the file";
        var state = status switch
        {
            TrialStatus.Paused => Invariant($"paused at epoch {epochs}, waits for a promotion"),
            TrialStatus.Pruned => Invariant($"pruned at epoch {epochs}"),
            not TrialStatus.Running when cause is { } ended and not AttemptCause.Done => $"{Of(status)}: {Of(ended)}",
            _ => Of(status),
        };
        return evaluation switch
        {
            EvaluationStatus.Pending or EvaluationStatus.Running => $"{state}, evaluation {Of(evaluation)}",
            EvaluationStatus.Failed => $"{state}, evaluation failed: {Of(evaluationCause ?? AttemptCause.Crash)}",
            _ => state,
        };
    }

    /// <returns>What an attempt is told from the first one by: <c>, each batch in 4 parts</c>; nothing where the file's number
    /// holds.</returns>
    public static string Parts(int? accumulate) => accumulate is { } parts ? Invariant($", each batch in {parts} parts") : "";

    /// <returns>What a sweep may have of the cluster: <c>priority 5, weight 2, at most 4 slots</c>.</returns>
    public static string Of(SweepShare share) =>
        Invariant($"priority {share.Priority}, weight {share.Weight}")
        + (share.MaxSlots is { } most ? Invariant($", at most {most} {(most == 1 ? "slot" : "slots")}") : "");

    /// <returns>What a sweep may take: <c>gpu_hours 40, until 2026-12-01T08:00:00Z, max_hours 2 of each trial</c>; empty where it has no
    /// bound.</returns>
    public static string Of(SweepBudget budget) =>
        string.Join(
            ", ",
            budget
                .Values.Where(value => value.Value != Settable.None)
                .Select(value =>
                    $"{value.Key[(value.Key.IndexOf('.', StringComparison.Ordinal) + 1)..]} {value.Value}"
                    + (value.Key == SweepBudget.TrialHoursPath ? " of each trial" : "")
                )
        );

    /// <returns>What the sweeps of a token may have together: <c>4 slots, 40 GPU-hours</c>; <c>no quota</c> where there is no
    /// bound.</returns>
    public static string Of(TokenQuota quota)
    {
        string[] bounds =
        [
            .. quota.Slots is { } slots ? [Invariant($"{slots} {(slots == 1 ? "slot" : "slots")}")] : Array.Empty<string>(),
            .. quota.GpuHours is { } gpu ? [Invariant($"{gpu} GPU-hours")] : Array.Empty<string>(),
            .. quota.SlotHours is { } hours ? [Invariant($"{hours} slot-hours")] : Array.Empty<string>(),
        ];
        return bounds.Length == 0 ? "no quota" : string.Join(", ", bounds);
    }

    /// <returns>Why a sweep paused itself.</returns>
    public static string SelfPause(AttemptEnd because) =>
        (because.Cause, because.Message) switch
        {
            (AttemptCause.BadSpec, { } message) => $"all trials so far have the same fault: {message}",
            (not AttemptCause.Data, { }) => $"all trials so far ended alike: {Of(because)}",
            (_, { } message) => message,
            _ => "the data set is not there",
        };
}
