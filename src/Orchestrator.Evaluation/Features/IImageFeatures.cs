using Orchestrator.Sweeps.Tasks;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Features;

/// <summary>A fixed network that turns images into the vectors that distances are measured on.</summary>
public interface IImageFeatures : IDisposable
{
    /// <summary>The network's name, which stands in every result.</summary>
    FeatureInfo Info { get; }

    /// <param name="images">uint8 [n, C, H, W] on the whole range 0..255.</param>
    /// <returns>float32 [n, d] on the CPU; the caller's.</returns>
    Tensor Of(Tensor images);
}
