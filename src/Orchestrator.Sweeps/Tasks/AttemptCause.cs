using System.Text.Json.Serialization;

namespace Orchestrator.Sweeps.Tasks;

/// <summary>Why an attempt ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AttemptCause>))]
public enum AttemptCause
{
    [JsonStringEnumMemberName("done")]
    Done,

    [JsonStringEnumMemberName("divergence")]
    Divergence,

    [JsonStringEnumMemberName("out_of_memory")]
    OutOfMemory,

    [JsonStringEnumMemberName("bad_spec")]
    BadSpec,

    /// <summary>The process was asked to leave; its checkpoint is written.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,

    [JsonStringEnumMemberName("crash")]
    Crash,

    /// <summary>Its node left, or its lease ran out.</summary>
    [JsonStringEnumMemberName("node_lost")]
    NodeLost,

    /// <summary>The place of checkpoints and results has no room or cannot be written: goes on, without limit, when it can.</summary>
    [JsonStringEnumMemberName("storage")]
    Storage,

    /// <summary>The data set is not there, cannot be read, or is not the one that the sweep began with: nothing was trained, and the trial
    /// waits until the right data are back.</summary>
    [JsonStringEnumMemberName("data")]
    Data,

    /// <summary>Of a trial, not of an attempt: the sweep's budget left nothing for its training.</summary>
    [JsonStringEnumMemberName("budget")]
    Budget,

    /// <summary>Of a trial, not of an attempt: it trained for as long as one may.</summary>
    [JsonStringEnumMemberName("time_limit")]
    TimeLimit,
}

/// <summary>Exit codes of <c>trial run</c> and <c>trial evaluate</c>, by cause.</summary>
public static class TrialExitCode
{
    public const int Done = 0,
        Crash = 1,
        BadSpec = 2,
        Divergence = 20,
        OutOfMemory = 21,
        Storage = 22,
        Data = 23,
        Interrupted = 130;

    public static int Of(AttemptCause cause) =>
        cause switch
        {
            AttemptCause.Done => Done,
            AttemptCause.BadSpec => BadSpec,
            AttemptCause.Divergence => Divergence,
            AttemptCause.OutOfMemory => OutOfMemory,
            AttemptCause.Storage => Storage,
            AttemptCause.Data => Data,
            AttemptCause.Interrupted => Interrupted,
            _ => Crash,
        };

    /// <summary>The cause of a process that ended; any code that is not ours (a signal, a native abort) is a crash.</summary>
    public static AttemptCause Cause(int exitCode) =>
        exitCode switch
        {
            Done => AttemptCause.Done,
            BadSpec => AttemptCause.BadSpec,
            Divergence => AttemptCause.Divergence,
            OutOfMemory => AttemptCause.OutOfMemory,
            Storage => AttemptCause.Storage,
            Data => AttemptCause.Data,
            Interrupted => AttemptCause.Interrupted,
            _ => AttemptCause.Crash,
        };
}
