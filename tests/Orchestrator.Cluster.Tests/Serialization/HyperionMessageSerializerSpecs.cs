using System.Runtime.Serialization;
using System.Text;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Tests.Serialization;

public sealed class HyperionMessageSerializerSpecs(ITestOutputHelper output) : ActorSpecs(output)
{
    [Fact]
    public void Messages_and_events_have_each_their_serializer()
    {
        Assert.IsType<HyperionMessageSerializer>(Sys.Serialization.FindSerializerForType(typeof(WorkProtocol.ReportAccepted)));
        Assert.IsType<JsonManifestSerializer>(Sys.Serialization.FindSerializerForType(typeof(SweepEnded)));
    }

    [Fact]
    public async Task Every_refusal_is_counted_by_its_reason()
    {
        var good = MessagePayload.Write(new WorkProtocol.RenewLease("s", 1));
        var manifest = Manifests.Messages.Of(new WorkProtocol.RenewLease("s", 1));
        Assert.Equal(new WorkProtocol.RenewLease("s", 1), Sys.Serialization.Deserialize(good, 4211, manifest));
        await Counted(0, 0, 0, 0);
        Refused(good, "renew-lease.v9");
        await Counted(1, 0, 0, 0);
        Refused(Intruder.Payload(new Version(1, 2)), manifest);
        await Counted(1, 1, 0, 0);
        Refused(good[..^1], manifest);
        Refused([], manifest);
        await Counted(1, 1, 2, 0);
        Refused(new byte[MessagePayload.MaxBytes + 1], manifest);
        await Counted(1, 1, 2, 1);
    }

    void Refused(byte[] payload, string manifest) =>
        Assert.ThrowsAny<SerializationException>(() => Sys.Serialization.Deserialize(payload, 4211, manifest));

    async Task Counted(int unknown, int foreign, int damaged, int tooLarge)
    {
        using var stream = new MemoryStream();
        await Metrics.Registry.CollectAndExportAsTextAsync(stream, Cancel);
        var text = Encoding.UTF8.GetString(stream.ToArray());
        foreach (
            var (reason, count) in new[]
            {
                ("unknown_manifest", unknown),
                ("foreign_type", foreign),
                ("damaged", damaged),
                ("too_large", tooLarge),
            }
        )
            Assert.Contains($"orchestrator_refused_messages_total{{reason=\"{reason}\"}} {count}\n", text, StringComparison.Ordinal);
    }
}
