using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Output;

/// <summary>Short words for people.</summary>
static class Describe
{
    public static string Parameters(TrialState trial) =>
        trial.Parameters.IsEmpty ? "as given" : string.Join(' ', trial.Parameters.Select(parameter => $"{parameter.Key[(parameter.Key.LastIndexOf('.') + 1)..]}={parameter.Value}"));

    public static string Outcome(TrialState trial) => trial.Status switch
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

    static string Word(AttemptCause cause) => cause switch
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
