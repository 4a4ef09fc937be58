using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>One part of an image [B,C,H,W] chooses, by a network, the parameters of an elementwise map of the other part.</summary>
/// <remarks>Log-determinant: the sum of the map's log-derivatives over the changed part. The network starts as zero.</remarks>
public sealed class Coupling : Transform
{
    readonly Mask mask;
    readonly ElementwiseMap map;

    [ComponentName(Name = "network")]
    readonly CouplingNetwork network;

    /// <param name="hidden">Channels inside the network.</param>
    public Coupling(Mask mask, ElementwiseMap map, int hidden, Generator generator)
    {
        this.mask = mask;
        this.map = map;
        network = new CouplingNetwork(mask.ConditionChannels, map.Parameters * mask.ChangedChannels, hidden, generator);
        RegisterComponents();
    }

    public override (Tensor Value, Tensor LogDeterminant) Forward(Tensor x)
    {
        var (condition, changed) = mask.Split(x);
        var (value, logDerivative) = map.Forward(changed, network.Forward(condition));
        return (mask.Join(x, value), mask.Sum(logDerivative));
    }

    public override (Tensor Value, Tensor LogDeterminant) Inverse(Tensor z)
    {
        var (condition, changed) = mask.Split(z);
        var (value, logDerivative) = map.Inverse(changed, network.Forward(condition));
        return (mask.Join(z, value), mask.Sum(logDerivative));
    }

    public override void Initialise(Tensor x) => network.Initialise(mask.Split(x).Condition);
}
