using System.Collections.Immutable;
using Akka.Actor;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Coordination;

/// <summary>The coordinator passes a free slot to one sweep after the other until one takes it.</summary>
/// <param name="Turn">Which sweep's turn it is: its place in the order of acceptance.</param>
/// <param name="Next">Places of the sweeps whose turn it is after that.</param>
sealed record Offer(WorkProtocol.RequestWork Request, IActorRef Slot, int Turn, ImmutableQueue<int> Next)
    : INoSerializationVerificationNeeded
{
    public sealed record Taken(Offer Offer) : INoSerializationVerificationNeeded;

    public sealed record Declined(Offer Offer) : INoSerializationVerificationNeeded;
}
