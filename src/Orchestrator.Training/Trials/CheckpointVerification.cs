using Orchestrator.Flows;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Checkpoints;
using static TorchSharp.torch;

namespace Orchestrator.Training.Trials;

/// <summary>What a checkpoint is, once it is known to be whole and its flow to work.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Sha256">SHA-256 of the model's file.</param>
/// <param name="Parameters">How many numbers were learned.</param>
/// <param name="RoundTripError">Largest |decode(encode(y)) - y| over some images that the flow draws, clamped to pixels of [-1/2,
/// 1/2].</param>
public sealed record CheckpointVerification(
    string Path,
    string Sha256,
    long Bytes,
    int Format,
    string Sweep,
    string Trial,
    int Attempt,
    string Dataset,
    string Shape,
    string Architecture,
    string Base,
    TrialSettings Settings,
    long Parameters,
    int Epoch,
    long Step,
    bool Final,
    double? ValidationBitsPerDim,
    double RoundTripError
)
{
    const int Images = 16;

    /// <summary>Reads every byte against the manifest's checksums, builds the flow, and sends images through it and back.</summary>
    /// <exception cref="CheckpointException">A file is missing, damaged or of another flow, or a weight is no finite number.</exception>
    /// <exception cref="TrialFailure">The manifest's spec describes no flow that this version can build.</exception>
    public static CheckpointVerification Run(string folder)
    {
        var checkpoint = Checkpoint.Read(folder);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var flow = TrialFlow.Load(checkpoint, CPU);
        foreach (var (name, tensor) in flow.StateTensors())
        {
            if (!tensor.isfinite().all().item<bool>())
                throw new CheckpointException($"{checkpoint.Folder}: a value of '{name}' in {Checkpoint.ModelFile} is not finite");
        }

        var (manifest, info) = (checkpoint.Manifest, checkpoint.Info);
        return new(
            info.Path,
            info.Sha256,
            info.Bytes,
            manifest.Format,
            manifest.Sweep,
            manifest.Trial,
            manifest.Attempt,
            manifest.Spec.Dataset,
            manifest.Shape.ToString(),
            manifest.Spec.Settings.Flow.Architecture,
            manifest.Spec.Settings.Base.Distribution,
            manifest.Spec.Settings,
            flow.parameters().Sum(parameter => parameter.numel()),
            manifest.Epoch,
            manifest.Step,
            manifest.Final,
            manifest.ValidationBitsPerDim,
            RoundTrip(flow, checkpoint.Folder)
        );
    }

    static double RoundTrip(FlowModel flow, string folder)
    {
        using var generator = new Generator(0, CPU);
        var images = flow.Sample(Images, generator).Clamp(-0.5, 0.5);
        var error = (flow.Decode(flow.Encode(images)) - images).abs().max().item<float>();
        return float.IsFinite(error)
            ? error
            : throw new CheckpointException(
                $"{folder}: images that the flow draws do not come back from their latents: an error of {error}"
            );
    }
}
