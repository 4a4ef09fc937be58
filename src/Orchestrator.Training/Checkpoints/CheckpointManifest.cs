using System.Collections.Immutable;
using Orchestrator.Flows.Transforms;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Training.Checkpoints;

/// <summary>What one checkpoint is: enough to go on from it, to load its flow, and to know every byte of it.</summary>
/// <param name="Token">Fencing token of the lease under which it was written.</param>
/// <param name="Stream">The random stream of the attempt that wrote it.</param>
/// <param name="DatasetSha256">SHA-256 of the data set's content.</param>
/// <param name="Epoch">The number of whole epochs done.</param>
/// <param name="Step">Optimiser steps done since the trial's beginning.</param>
/// <param name="Open">The state of the epoch that was begun and not ended; null at an epoch's end.</param>
/// <param name="Final">True for the checkpoint after the last epoch.</param>
/// <param name="Reports">The reports of all epochs done, in order.</param>
/// <param name="Files">The files, by name.</param>
/// <param name="Versions">The versions of the libraries that wrote it.</param>
public sealed record CheckpointManifest(
    string Sweep,
    string Trial,
    int Attempt,
    long Token,
    int Stream,
    TrialSpec Spec,
    SeedRecord Seeds,
    string DatasetSha256,
    ImageShape Shape,
    int Levels,
    int Epoch,
    long Step,
    OpenEpoch? Open,
    bool Final,
    ImmutableArray<EpochReport> Reports,
    ImmutableSortedDictionary<string, FileDigest> Files,
    ImmutableSortedDictionary<string, string> Versions
)
{
    public int Format { get; init; } = CurrentFormat;

    public const int CurrentFormat = 1;

    /// <summary>The validation figure of the epoch at whose end it was written; null in the middle of an epoch.</summary>
    public double? ValidationBitsPerDim => Open is null && Reports is [.., var last] ? last.ValidationBitsPerDim : null;
}

/// <summary>The seeds that stay the same over a trial; those of each epoch's order and each step's noise derive from trial and stream
/// too.</summary>
/// <param name="Trial">The spec's.</param>
/// <param name="Weights">The seed of the initial weights.</param>
/// <param name="Initialisation">The seed of the choice and the noise of the images of data-dependent initialisation.</param>
/// <param name="Validation">The seed of the noise on validation images, the same for all trials.</param>
public sealed record SeedRecord(long Trial, int Stream, long Weights, long Initialisation, long Validation);

/// <summary>The data cursor and running sums of an epoch that was begun.</summary>
/// <param name="StepsDone">Steps of this epoch done.</param>
/// <param name="Nats">Sum over these steps of the loss in nats per dimension.</param>
/// <param name="GradientNorm">Sum over these steps.</param>
/// <param name="Seconds">Spent on these steps.</param>
public sealed record OpenEpoch(int StepsDone, double Nats, double GradientNorm, double Seconds);

/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record FileDigest(long Bytes, string Sha256);
