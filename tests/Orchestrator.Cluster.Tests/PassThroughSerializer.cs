using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Serialization;

namespace Orchestrator.Cluster.Tests;

/// <summary>Lets the libraries' own messages through by reference while ours are serialized; one of ours that ends up here is an
/// error.</summary>
sealed class PassThroughSerializer(ExtendedActorSystem system) : Serializer(system)
{
    static readonly ConcurrentDictionary<Guid, object> Passing = new();

    public override int Identifier => 9999;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj)
    {
        if (obj.GetType().Namespace?.StartsWith("Orchestrator.Cluster.Protocol", StringComparison.Ordinal) == true)
            throw new InvalidOperationException($"{obj.GetType()} is sent between actors and has no serializer");
        var ticket = Guid.NewGuid();
        Passing[ticket] = obj;
        return ticket.ToByteArray();
    }

    public override object FromBinary(byte[] bytes, Type type) =>
        Passing.TryRemove(new Guid(bytes), out var obj) ? obj : throw new InvalidOperationException("a message was delivered twice");
}
