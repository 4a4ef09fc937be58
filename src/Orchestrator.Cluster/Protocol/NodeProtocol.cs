using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Protocol;

/// <summary>What a coordinator's HTTP server asks, so that people and Prometheus see the nodes.</summary>
public static class NodeProtocol
{
    /// <summary>Asked of the active coordinator. Answered by <see cref="NodesDescription"/>.</summary>
    public sealed record DescribeNodes : IProtocolMessage;

    /// <param name="Coordinator">The node whose coordinator is the active one.</param>
    /// <param name="Slots">Every slot that has asked it for work and whose node is still a member. After a failover a slot that trains is
    /// not among them: its lease is in the journal.</param>
    public sealed record NodesDescription(string Coordinator, ImmutableArray<SlotSeen> Slots) : IProtocolMessage;

    public sealed record SlotSeen(string Node, int Slot, WorkKind Kind);

    /// <summary>Asked of any node. Answered by <see cref="NodeFacts"/>.</summary>
    public sealed record DescribeNode : IProtocolMessage;

    /// <param name="Findings">What it found out about its machine when it started.</param>
    public sealed record NodeFacts(WebAddress Web, ImmutableArray<Finding> Findings) : IProtocolMessage;

    /// <summary>Where a node answers HTTP.</summary>
    /// <param name="Host">Null: at the address that the cluster knows it by.</param>
    /// <param name="IsSecure">It speaks HTTPS.</param>
    public sealed record WebAddress(string? Host, int Port, bool IsSecure);
}
