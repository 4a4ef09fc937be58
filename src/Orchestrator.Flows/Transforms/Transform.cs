using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>What to do at one layer: its input [B,…] to its output and log-determinant [B].</summary>
public delegate (Tensor Value, Tensor LogDeterminant) LayerVisit(Transform layer, Tensor input);

/// <summary>An invertible map. Data → latent is <see cref="Forward(Tensor)"/>, latent → data is <see cref="Inverse"/>.</summary>
/// <remarks>Both return the mapped batch [B,…] and ln|det J| of the direction taken, one per sample [B], in nats.</remarks>
public abstract class Transform() : nn.Module(nameof(Transform))
{
    public abstract (Tensor Value, Tensor LogDeterminant) Forward(Tensor x);

    public abstract (Tensor Value, Tensor LogDeterminant) Inverse(Tensor z);

    /// <summary>Sends a batch forward without a gradient, and keeps what <see cref="Backward"/> needs.</summary>
    public virtual (Tensor Value, Tensor LogDeterminant) Forward(Tensor x, KeptInputs kept) => kept.Forward(this, x);

    /// <summary>Goes back with the gradients by value and log-determinant, once for each time forward, the last one first.</summary>
    /// <returns>The gradient by the input.</returns>
    public virtual Tensor Backward(KeptInputs kept, Tensor gradient, Tensor byLogDeterminant) =>
        kept.Backward(this, gradient, byLogDeterminant);

    /// <summary>Sets data-dependent parameters from a batch, unless they were set before. To be called without gradient.</summary>
    public virtual void Initialise(Tensor x) { }

    /// <summary>Sends a batch forward, layer by layer, where each layer is met by <paramref name="visit"/>.</summary>
    public virtual (Tensor Value, Tensor LogDeterminant) Traverse(Tensor x, LayerVisit visit) => visit(this, x);
}
