using System.Globalization;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Output;

/// <summary>Short words for people.</summary>
static class Describe
{
    /// <returns>What is left, as far as it is known: the time says nothing of evaluations, so they are counted beside it. Empty where
    /// nothing is left.</returns>
    /// <param name="training">Null where it is not known.</param>
    /// <param name="evaluations">That are still to come, or run.</param>
    public static string Left(TimeSpan? training, int evaluations)
    {
        var time = training is { } left
            ? $"training left about "
                + $"{TimeSpan.FromSeconds(Math.Round(left.TotalSeconds)).ToString(left.TotalDays < 1 ? @"h\:mm\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture)}"
            : "";
        var scores =
            evaluations > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{evaluations} {(evaluations == 1 ? "evaluation" : "evaluations")} to come")
                : "";
        return string.Join(", ", ((string[])[time, scores]).Where(words => words.Length > 0));
    }

    public static string Outcome(TrialState trial) =>
        trial.Status switch
        {
            TrialStatus.Pending when trial.End is { } end => $"back in the queue after {Cause(end)}",
            TrialStatus.Failed when trial.End is { } end => $"failed: {Cause(end)}",
            _ => trial.Status.ToString().ToLowerInvariant(),
        };

    static string Cause(AttemptEnd end)
    {
        // Data that are not the sweep's are told once, where the sweep pauses itself for them.
        var where = (end.Layer, end.Step) switch
        {
            ({ } layer, { } step) => $" in {layer} at step {step}",
            (_, { } step) => $" at step {step}",
            _ => "",
        };
        return $"{Word(end.Cause)}{where}{(end.Message is { } message && end.Cause != AttemptCause.Data ? $" ({message})" : "")}";
    }

    static string Word(AttemptCause cause) =>
        cause switch
        {
            AttemptCause.OutOfMemory => "out of memory",
            AttemptCause.BadSpec => "bad spec",
            AttemptCause.Storage => "no place to write",
            AttemptCause.Data => "not having the sweep's data",
            AttemptCause.NodeLost => "the loss of its node",
            AttemptCause.Interrupted => "an interruption",
            _ => cause.ToString().ToLowerInvariant(),
        };
}
