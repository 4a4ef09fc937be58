using Orchestrator.Sweeps.Tasks;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Features;

/// <summary>Features of images in the last hidden layer of a classifier trained on their own data set: a stand-in for Inception that is
/// named in every result.</summary>
public sealed class DomainFeatures : IImageFeatures
{
    internal const int BatchSize = 256;

    readonly DomainNetwork network;

    internal DomainFeatures(DomainNetwork network, FeatureInfo info) => (this.network, Info) = (network, info);

    public FeatureInfo Info { get; }

    /// <inheritdoc/>
    public Tensor Of(Tensor images)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        return cat(images.split(BatchSize).Select(network.Features).ToArray()).MoveToOuterDisposeScope();
    }

    public void Dispose() => network.Dispose();
}
