using Akka.Actor;
using Akka.Serialization;

namespace Orchestrator.Cluster.Serialization;

/// <summary>Messages between nodes, by manifest; whatever else arrives is refused and reported.</summary>
public sealed class HyperionMessageSerializer(ExtendedActorSystem system, Action<RefusalReason> refused)
    : SerializerWithStringManifest(system)
{
    public const string Name = "orchestrator-hyperion";

    public override int Identifier => 4211;

    public override string Manifest(object o) => Manifests.Messages.Of(o);

    public override byte[] ToBinary(object obj) => MessagePayload.Write(obj);

    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return MessagePayload.Read(bytes, manifest);
        }
        catch (RefusedMessageException refusal)
        {
            refused(refusal.Reason);
            throw;
        }
    }
}
