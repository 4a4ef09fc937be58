using System.Text.Json.Serialization;

namespace Orchestrator.Sweeps.Tasks;

/// <summary>One line that a trial or evaluation process writes on standard output.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Alive), "alive")]
[JsonDerivedType(typeof(Started), "started")]
[JsonDerivedType(typeof(ReportDataset), "dataset")]
[JsonDerivedType(typeof(ReportMemory), "memory")]
[JsonDerivedType(typeof(Progress), "progress")]
[JsonDerivedType(typeof(ReportEpoch), "epoch")]
[JsonDerivedType(typeof(ReportCheckpoint), "checkpoint")]
[JsonDerivedType(typeof(Warning), "warning")]
[JsonDerivedType(typeof(Failed), "failed")]
[JsonDerivedType(typeof(Scored), "scores")]
public abstract record ProcessMessage
{
    /// <summary>The first line of every process: it is this program, and libtorch is loaded. One that ends without it never came to life,
    /// which is no fault of its trial.</summary>
    /// <param name="CudaDevices">How many libtorch sees; null where nobody asked.</param>
    /// <param name="Libtorch">Its version and what it is built for; null where nobody asked.</param>
    public sealed record Alive(int ProcessId, int? CudaDevices = null, string? Libtorch = null) : ProcessMessage;

    /// <param name="ResumedFromStep">Null where training starts from scratch.</param>
    public sealed record Started(int ProcessId, string Device, int Threads, long Parameters, long? ResumedFromStep) : ProcessMessage;

    /// <summary>Said before anything is trained, where the sweep has no data set on record yet.</summary>
    /// <param name="Sha256">SHA-256 of the content of all its splits, lower-case hexadecimal.</param>
    public sealed record ReportDataset(string Sha256) : ProcessMessage;

    /// <summary>Said once, after the first steps, where it can be told.</summary>
    public sealed record ReportMemory(PeakMemory Peak) : ProcessMessage;

    /// <summary>How far the attempt is, said at most a few times a second and never kept.</summary>
    public sealed record Progress(int Epoch, long Step, long Steps, double BitsPerDim, double ImagesPerSecond) : ProcessMessage;

    public sealed record ReportEpoch(EpochReport Report) : ProcessMessage;

    public sealed record ReportCheckpoint(CheckpointInfo Checkpoint) : ProcessMessage;

    public sealed record Warning(string Message) : ProcessMessage;

    /// <summary>The last line of a process that does not end well; its exit code says the same cause.</summary>
    public sealed record Failed(AttemptCause Cause, string Message, string? Layer = null, long? Step = null) : ProcessMessage;

    /// <summary>The last line of an evaluation that ends well.</summary>
    public sealed record Scored(EvaluationScores Scores) : ProcessMessage;
}

/// <summary>Metrics at the end of one epoch. Bits per dimension throughout.</summary>
/// <param name="Epoch">Absolute, from 1.</param>
/// <param name="Step">Optimiser steps done since the trial's beginning.</param>
/// <param name="ValidationBitsPerDim">Bits per dimension of the averaged (EMA) weights on the validation split.</param>
/// <param name="GradientNorm">Mean over the epoch's steps of the norm before clipping.</param>
public sealed record EpochReport(
    int Epoch,
    long Step,
    double TrainBitsPerDim,
    double ValidationBitsPerDim,
    double LearningRate,
    double GradientNorm,
    double ImagesPerSecond,
    double Seconds
);

/// <param name="Path">Absolute folder of the checkpoint, or its <c>s3://</c> address.</param>
/// <param name="Sha256">SHA-256 of <c>model.safetensors</c>, lower-case hexadecimal.</param>
/// <param name="Final">True for the checkpoint after the last epoch.</param>
public sealed record CheckpointInfo(string Path, string Sha256, int Epoch, long Step, bool Final, long Bytes)
{
    /// <summary>Bytes of all checkpoints of the trial that are there once this one is written, itself among them; 0 where nobody
    /// counted.</summary>
    public long Stored { get; init; }
}
