using System.Text.RegularExpressions;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>An end that a trial, or what it runs on, is to blame for, and when two are the same one.</summary>
static partial class Fault
{
    /// <summary>A setting that cannot be used cannot be used again: two trials are enough to tell.</summary>
    const int TrialsOfBadSpec = 2;

    /// <summary>Whether it is one; an end without a message is like no other one.</summary>
    public static bool IsOne(AttemptEnd end) =>
        end
            is {
                Cause: AttemptCause.BadSpec or AttemptCause.Crash or AttemptCause.OutOfMemory or AttemptCause.Divergence,
                Message: not null
            };

    /// <summary>Of one cause, with one message. The numbers of a bad setting are what is bad of it; elsewhere those that another attempt
    /// would have others of (process ids, addresses, sizes, files) are passed over.</summary>
    public static bool IsSame(AttemptEnd a, AttemptEnd b) =>
        IsOne(a)
        && a.Cause == b.Cause
        && (a.Message == b.Message || a.Cause != AttemptCause.BadSpec && b.Message is { } other && Blurred(a.Message!) == Blurred(other));

    /// <summary>So many trials in a row tell that all would end by it.</summary>
    public static int Trials(AttemptEnd end, RetrySpec retries) =>
        end.Cause == AttemptCause.BadSpec ? Math.Min(TrialsOfBadSpec, retries.Alike) : retries.Alike;

    static string Blurred(string message) => Changing().Replace(message, "…");

    // Files, identifiers, and numbers of three digits and more, or with a point: an exit code or a layer's number is part of the fault.
    [GeneratedRegex(@"(?<![\w.])(?:[A-Za-z]:)?[/\\][^\s:;,'""()]+|\b0x[0-9A-Fa-f]+|\b[0-9A-Fa-f-]{16,}\b|\d*\.\d+(?:[eE][+-]?\d+)?|\d{3,}")]
    private static partial Regex Changing();
}
