using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>One part of an image [B,C,H,W] chooses, by a network, the parameters of an elementwise map of the other part.</summary>
/// <remarks>Log-determinant: the sum of the map's log-derivatives over the changed part. The network starts as zero.</remarks>
public sealed class Coupling : Transform
{
    readonly Partition partition;
    readonly ElementwiseMap map;

    [ComponentName(Name = "network")]
    readonly CouplingNetwork network;

    /// <param name="hidden">Channels inside the network.</param>
    public Coupling(Partition partition, ElementwiseMap map, int hidden, Generator generator)
    {
        this.partition = partition;
        this.map = map;
        network = new CouplingNetwork(partition.ConditionChannels, map.Parameters * partition.ChangedChannels, hidden, generator);
        RegisterComponents();
    }

    public override (Tensor Value, Tensor LogDeterminant) Forward(Tensor x)
    {
        var (condition, changed) = partition.Split(x);
        var (value, logDerivative) = map.Forward(changed, network.Forward(condition));
        return (partition.Join(x, value), partition.Sum(logDerivative));
    }

    public override (Tensor Value, Tensor LogDeterminant) Inverse(Tensor z)
    {
        var (condition, changed) = partition.Split(z);
        var (value, logDerivative) = map.Inverse(changed, network.Forward(condition));
        return (partition.Join(z, value), partition.Sum(logDerivative));
    }

    public override void Initialise(Tensor x) => network.Initialise(partition.Split(x).Condition);
}
