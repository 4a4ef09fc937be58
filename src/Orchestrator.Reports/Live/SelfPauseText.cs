using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Live;

/// <summary>Why a sweep paused itself, in words.</summary>
public static class SelfPauseText
{
    public static string Of(AttemptEnd because) =>
        (because.Cause, because.Message) switch
        {
            (AttemptCause.BadSpec, { } message) => $"all trials so far have the same fault: {message}",
            (_, { } message) => message,
            _ => "the data set is not there",
        };
}
