using Orchestrator.Training.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests;

/// <summary>The digits as uint8 [N, 1, 8, 8], and a dispose scope for what a test makes of them.</summary>
sealed class DigitsTensors : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public static ImageDataset Dataset { get; } = new DatasetCatalogue(root: "").Load("digits");

    public Tensor Train { get; } = Whole(Dataset.Train);

    public Tensor Test { get; } = Whole(Dataset.Test);

    public void Dispose() => scope.Dispose();

    static Tensor Whole(ImageSplit split)
    {
        using var tensors = new ImageTensors(split, CPU);
        return tensors.Range(0, tensors.Count).clone();
    }
}
