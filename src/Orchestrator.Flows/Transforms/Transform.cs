using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>What to do at one layer: its input [B,…] to its output and log-determinant [B].</summary>
public delegate (Tensor Value, Tensor LogDeterminant) LayerVisit(Transform layer, Tensor input);

/// <summary>An invertible map. Data → latent is <see cref="Forward"/>, latent → data is <see cref="Inverse"/>.</summary>
/// <remarks>Both return the mapped batch [B,…] and ln|det J| of the direction taken, one per sample [B], in nats.</remarks>
public abstract class Transform() : nn.Module(nameof(Transform))
{
    public abstract (Tensor Value, Tensor LogDeterminant) Forward(Tensor x);

    public abstract (Tensor Value, Tensor LogDeterminant) Inverse(Tensor z);

    /// <summary>Sets data-dependent parameters from a batch, unless they were set before. To be called without gradient.</summary>
    public virtual void Initialise(Tensor x) { }

    /// <summary>Sends a batch forward, layer by layer, where each layer is met by <paramref name="visit"/>.</summary>
    public virtual (Tensor Value, Tensor LogDeterminant) Traverse(Tensor x, LayerVisit visit) => visit(this, x);
}
