namespace Orchestrator.Flows.Distributions;

/// <summary>A value, log-determinant or gradient became infinite or NaN: training diverged.</summary>
public sealed class NonFiniteException(string layer, string what) : Exception($"{what} of '{layer}' is not finite")
{
    /// <summary>Dotted name of the first layer concerned, in the order of the data's way to the latent.</summary>
    public string Layer { get; } = layer;
}
