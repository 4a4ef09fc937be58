using Akka.Actor;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Membership;

/// <summary>Tells whoever asks where this node answers HTTP: only the node itself knows its port.</summary>
public sealed class WebAddressActor : ReceiveActor
{
    public const string Name = "web-address";

    public WebAddressActor(NodeProtocol.WebAddress address) => Receive<NodeProtocol.DescribeWeb>(_ => Sender.Tell(address));

    public static Props Props(NodeProtocol.WebAddress address) => Akka.Actor.Props.Create(() => new WebAddressActor(address));
}
