using System.Collections.Immutable;
using Orchestrator.Flows.Transforms;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using static TorchSharp.torch;

namespace Orchestrator.Training.Tests.Checkpoints;

/// <summary>Checkpoints with a few bytes of weights.</summary>
static class SampleCheckpoint
{
    public static readonly TrialSpec Spec = new(
        "digits",
        7,
        Threads: 1,
        Device: "cpu",
        TrialSettings.Default.With(("base.distribution", "von-mises-fisher"), ("base.kappa", "1.5d"), ("training.epochs", "3"))
    );

    public static CheckpointManifest Manifest(long step, double? validation = null, bool final = false) =>
        new(
            "sweep",
            "t0001",
            2,
            17,
            0,
            Spec,
            new SeedRecord(7, 0, 1, 2, 3),
            "0123",
            new ImageShape(1, 8, 8),
            17,
            validation is null ? 0 : 1,
            step,
            validation is null ? new OpenEpoch(3, 1.25, 0.5, 2) : null,
            final,
            validation is { } bits ? [new EpochReport(1, step, 3.1, bits, 1e-3, 0.7, 900, 1.4)] : [],
            ImmutableSortedDictionary<string, FileDigest>.Empty,
            ImmutableSortedDictionary<string, string>.Empty.Add("torch", "2")
        );

    public static Checkpoint Write(this ICheckpointStore store, long step, double? validation = null, bool final = false) =>
        store.Write(
            Manifest(step, validation, final),
            [new StoredTensor("weight", ScalarType.Float32, [2], new byte[8])],
            [new StoredTensor("step", ScalarType.Int64, [], BitConverter.GetBytes(step))]
        );

    public static string FolderOf(string attempt, long step) => Path.Combine(attempt, "checkpoints", step.ToString("D10"));
}
