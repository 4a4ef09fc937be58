using Akka.Actor;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Membership;

/// <summary>Tells whoever asks what only the node itself knows: where it answers HTTP, and what it found out about its machine.</summary>
public sealed class NodeFactsActor : ReceiveActor
{
    public const string Name = "node-facts";

    public NodeFactsActor(NodeProtocol.NodeFacts facts) => Receive<NodeProtocol.DescribeNode>(_ => Sender.Tell(facts));

    public static Props Props(NodeProtocol.NodeFacts facts) => Akka.Actor.Props.Create(() => new NodeFactsActor(facts));
}
