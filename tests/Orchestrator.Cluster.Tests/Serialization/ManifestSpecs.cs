using System.Runtime.Serialization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Tests.Serialization;

public sealed class ManifestSpecs
{
    [Fact]
    public void Every_event_has_a_manifest()
    {
        var types = typeof(SweepEvent)
            .Assembly.GetTypes()
            .Concat(typeof(CoordinatorEvent).Assembly.GetTypes())
            .Where(type => !type.IsAbstract && (type.IsAssignableTo(typeof(SweepEvent)) || type.IsAssignableTo(typeof(CoordinatorEvent))));
        Assert.Equal(types.Select(type => type.FullName).Order(), Manifests.Events.Types.Values.Select(type => type.FullName).Order());
    }

    [Fact]
    public void Every_message_has_a_manifest()
    {
        var types = typeof(IProtocolMessage)
            .Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsAssignableTo(typeof(IProtocolMessage)));
        Assert.Equal(types.Select(type => type.FullName).Order(), Manifests.Messages.Types.Values.Select(type => type.FullName).Order());
    }

    [Fact]
    public void A_message_is_no_event() =>
        Assert.Throws<SerializationException>(() => JsonManifestSerializer.Read("{\"sweep\":\"s\"}"u8, "stop.v1"));

    [Fact]
    public void A_manifest_that_is_not_known_is_refused() =>
        Assert.Contains(
            "sweep-submitted.v9",
            Assert.Throws<SerializationException>(() => JsonManifestSerializer.Read("{}"u8, "sweep-submitted.v9")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Bytes_that_are_not_what_the_manifest_promises_are_refused() =>
        Assert.Throws<SerializationException>(() => JsonManifestSerializer.Read("{\"trial\":\"x\"}"u8, "trial-completed.v1"));

    /// <summary>Every journal ever written must stay readable: these lines are what the version that first had the event, or a field of it,
    /// wrote.</summary>
    [Theory]
    [MemberData(nameof(Samples))]
    public void Events_of_the_first_version_are_read(string manifest, string json)
    {
        var read = JsonManifestSerializer.Read(Encoding.UTF8.GetBytes(json), manifest);
        Assert.Equal(manifest, Manifests.Events.Of(read));
        AssertHas(JsonNode.Parse(json), JsonSerializer.SerializeToNode(read, read.GetType(), OrchestratorJson.Compact));
    }

    /// <summary>What an old version wrote means the same; a field that it did not have has its default.</summary>
    static void AssertHas(JsonNode? old, JsonNode? @new)
    {
        switch (old)
        {
            case JsonObject known:
                foreach (var (name, value) in known)
                {
                    Assert.True(@new!.AsObject().TryGetPropertyValue(name, out var read), name);
                    AssertHas(value, read);
                }

                break;
            case JsonArray items:
                Assert.Equal(items.Count, @new!.AsArray().Count);
                foreach (var (item, read) in items.Zip(@new.AsArray()))
                    AssertHas(item, read);
                break;
            default:
                Assert.Equal(old?.ToJsonString(), @new?.ToJsonString());
                break;
        }
    }

    [Fact]
    public void There_is_a_sample_of_every_event() =>
        Assert.Equal(Manifests.Events.Types.Keys.Order(), Samples().Select(sample => sample.Data.Item1).Distinct().Order());

    public static IEnumerable<TheoryDataRow<string, string>> Samples() =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Serialization", "events.v1.txt"))
            .Select(line => line.Split('\t'))
            .Select(parts => new TheoryDataRow<string, string>(parts[0], parts[1]));
}
