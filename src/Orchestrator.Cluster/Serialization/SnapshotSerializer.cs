using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Event;
using Akka.Serialization;

namespace Orchestrator.Cluster.Serialization;

/// <summary>Snapshots as they are; one that cannot be read is told of, and the journal is read from its start instead.</summary>
public sealed class SnapshotSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public const string Name = "orchestrator-snapshot";

    public override int Identifier => 4212;

    public override string Manifest(object o) => SweepSnapshot.Manifest;

    public override byte[] ToBinary(object obj) => ((SweepSnapshot)obj).Bytes;

    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return SweepSnapshot.Read(bytes, manifest);
        }
        catch (SerializationException error)
        {
            system.Log.Warning("passed over: {Reason}; the sweep's journal is read from its start", error.Message);
            throw;
        }
    }
}
