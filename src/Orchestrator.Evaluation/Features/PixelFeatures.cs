using Orchestrator.Sweeps.Tasks;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Features;

/// <summary>The images themselves, averaged down to 16×16: what is left where there are neither Inception weights nor a data set to train a
/// network on. Named in every result.</summary>
public sealed class PixelFeatures : IImageFeatures
{
    const int Side = 16;

    /// <inheritdoc/>
    public FeatureInfo Info { get; } = new($"pixels-{Side}x{Side}", "none", "input", 3 * Side * Side);

    /// <inheritdoc/>
    public Tensor Of(Tensor images)
    {
        using var scope = NewDisposeScope();
        var pixels = images.to(ScalarType.Float32).OverInPlace(255).expand(-1, 3, -1, -1);
        return nn.functional.adaptive_avg_pool2d(pixels, [Side, Side]).flatten(1).MoveToOuterDisposeScope();
    }

    public void Dispose() { }
}
