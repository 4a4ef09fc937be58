using System.Threading.Channels;
using Akka.Actor;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Run;

/// <summary>What this process's actors publish, as a channel that one reader follows.</summary>
static class ClusterEvents
{
    public static ChannelReader<object> Follow(ActorSystem system)
    {
        var channel = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
        var listener = system.ActorOf(Props.Create(() => new Listener(channel.Writer)), "cluster-events");
        foreach (var type in new[] { typeof(SweepProtocol.SweepChanged), typeof(SlotProtocol.SlotChanged), typeof(SlotProtocol.Notice) })
            system.EventStream.Subscribe(listener, type);
        return channel.Reader;
    }

    sealed class Listener : ReceiveActor
    {
        public Listener(ChannelWriter<object> writer) => ReceiveAny(message => writer.TryWrite(message));
    }
}
