using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>An invertible map of single numbers whose parameters a coupling's network chooses, for each number its own.</summary>
/// <remarks>Parameters are [B,P·C,H,W] for numbers [B,C,H,W]: the first parameter of all channels, then the second, …. Zeros are a good
/// start.</remarks>
public abstract class ElementwiseMap
{
    /// <summary>Parameters of each number, P.</summary>
    public abstract int Parameters { get; }

    /// <returns>The mapped numbers and ln of the derivative at each, both [B,C,H,W].</returns>
    public abstract (Tensor Value, Tensor LogDerivative) Forward(Tensor x, Tensor parameters);

    /// <inheritdoc cref="Forward"/>
    public abstract (Tensor Value, Tensor LogDerivative) Inverse(Tensor y, Tensor parameters);
}
