using System.Collections.Immutable;
using Orchestrator.Flows;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Scoring;

/// <summary>A checkpoint of a small flow on the digits that was initialised and never trained, and the task to score it.</summary>
static class DigitsTrial
{
    /// <param name="distribution">With a concentration of 2 (Dirichlet) or d (von Mises-Fisher).</param>
    static TrialSpec Spec(string distribution) =>
        new(
            "digits",
            7,
            Threads: 1,
            Device: "cpu",
            TrialSettings.Default.With([
                ("flow.steps", "2"),
                ("flow.hidden", "16"),
                ("training.epochs", "1"),
                ("base.distribution", distribution),
                .. Concentration(distribution),
            ])
        );

    static (string Path, string Text)[] Concentration(string distribution) =>
        distribution switch
        {
            "dirichlet" => [("base.alpha", "2")],
            "von-mises-fisher" => [("base.kappa", "1d")],
            _ => [],
        };

    /// <param name="storage">Where the checkpoint is kept; null for the folder.</param>
    /// <param name="spoil">What is done to the flow before it is saved.</param>
    public static EvaluationTask Checkpointed(
        TemporaryFolder folder,
        string distribution,
        Action<FlowModel>? spoil = null,
        string? storage = null
    )
    {
        using var scope = NewDisposeScope();
        var spec = Spec(distribution);
        var data = DigitsTensors.Dataset;
        using var flow = TrialFlow.Create(spec, data.Shape, seed: 1, CPU);
        using (var train = new ImageTensors(data.Train, CPU))
            flow.Initialise(Dequantisation.Apply(train.Range(0, 512), data.Levels, seed: 1));
        using (no_grad())
            spoil?.Invoke(flow);
        var manifest = new CheckpointManifest(
            "sweep",
            "trial",
            1,
            1,
            0,
            spec,
            new TrialSeeds(spec.Seed, stream: 0).Record,
            data.Sha256,
            data.Shape,
            data.Levels,
            1,
            1,
            null,
            true,
            [],
            ImmutableSortedDictionary<string, FileDigest>.Empty,
            ImmutableSortedDictionary<string, string>.Empty
        );
        var attempt = new TrainingTask(
            "sweep",
            "trial",
            1,
            1,
            0,
            spec,
            new RetentionSpec(1, 1, null),
            folder.At("attempt-1"),
            [],
            folder.At("data")
        )
        {
            Storage = storage,
        };
        var checkpoint = CheckpointStorage
            .Of(attempt, TimeProvider.System)
            .Write(manifest, flow.StateTensors().Select(t => StoredTensor.From(t.Name, t.Tensor)), []);
        return new EvaluationTask(
            "sweep",
            "trial",
            1,
            1,
            spec,
            new EvaluationSpec("auto", 500, new KidSpec(5, 100), new InterpolationSpec(60, 5, ["auto"])),
            checkpoint.Folder,
            folder.At("evaluation"),
            SharedFeatures,
            folder.At("data")
        )
        {
            Storage = storage,
        };
    }

    /// <summary>One feature network for all tests of a run: it takes seconds to train.</summary>
    public static string SharedFeatures { get; } = Path.Combine(AppContext.BaseDirectory, "features");
}
