using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What the end of an attempt's process means for its trial.</summary>
public static class AttemptOutcome
{
    // As a shell says it: 128 and the number of the signal.
    const int BySignal = 128,
        KilledBySigterm = BySignal + 15,
        KilledBySigkill = BySignal + 9;

    /// <param name="exitCode">A <see cref="TrialExitCode"/>, or 128 and the number of the signal that ended the process.</param>
    /// <param name="lastErrors">What it last wrote to standard error; may be empty.</param>
    /// <param name="failed">Why it said that it fails; null where it said nothing.</param>
    /// <param name="askedToLeave">It had been asked to checkpoint and leave.</param>
    public static AttemptEnd Of(int exitCode, string lastErrors, ProcessMessage.Failed? failed, bool askedToLeave)
    {
        // A process that was still starting knows no better way to follow our signal, and one that was too slow was ended by us: neither is
        // the trial's fault.
        if (askedToLeave && exitCode is KilledBySigterm or KilledBySigkill)
            return new AttemptEnd(AttemptCause.Interrupted, "asked to leave, and ended before it could checkpoint");
        var cause = TrialExitCode.Cause(exitCode);
        if (failed is not null && failed.Cause == cause)
            return new AttemptEnd(cause, failed.Message, failed.Layer, failed.Step);
        if (cause != AttemptCause.Crash)
            return new AttemptEnd(cause);
        // An error that nobody catches, as on a thread of libtorch, ends the process before it has said anything.
        if (failed is null && OutOfMemoryText.IsIn(lastErrors))
            cause = AttemptCause.OutOfMemory;
        var how = exitCode > BySignal ? $"killed by signal {exitCode - BySignal}" : $"exit code {exitCode}";
        return new AttemptEnd(cause, lastErrors.Length == 0 ? how : $"{how}: {lastErrors}");
    }
}
