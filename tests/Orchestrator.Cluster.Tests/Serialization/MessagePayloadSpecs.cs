using System.Text.Json;
using CsCheck;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Tests.Serialization;

public sealed class MessagePayloadSpecs
{
    [Fact]
    public void Every_message_arrives_as_it_was_sent()
    {
        foreach (var (gen, type) in MessageGen.Each.Zip(Types()))
        {
            gen.Sample(
                message =>
                {
                    Assert.Equal(type, message.GetType());
                    Assert.Equal(Json(message), Json(MessagePayload.Read(MessagePayload.Write(message), Manifests.Messages.Of(message))));
                },
                iter: 100
            );
        }
    }

    [Fact]
    public void There_is_a_generator_of_every_message() =>
        Assert.Equal(Manifests.Messages.Types.Values.Select(type => type.FullName).Order(), Types().Select(type => type.FullName).Order());

    /// <summary>A node of this version and one of the first must understand each other: these lines are what the first version wrote, and
    /// what it meant.</summary>
    [Theory]
    [MemberData(nameof(Samples))]
    public void Messages_of_the_first_version_are_read(string manifest, string json, string base64)
    {
        var read = MessagePayload.Read(Convert.FromBase64String(base64), manifest);
        Assert.Equal(manifest, Manifests.Messages.Of(read));
        Assert.Equal(json, Json(read));
    }

    [Fact]
    public void There_is_a_sample_of_every_message() =>
        Assert.Equal(Manifests.Messages.Types.Keys.Order(), Samples().Select(sample => sample.Data.Item1).Distinct().Order());

    [Fact]
    public void A_list_that_was_never_set_is_not_sent() =>
        Assert.Equal(
            RefusalReason.Damaged,
            Assert.Throws<RefusedMessageException>(() => MessagePayload.Write(Nested.Submit(inner: default))).Reason
        );

    [Fact]
    public void A_text_that_must_not_be_null_is_not_sent_as_null() =>
        Assert.Equal(
            RefusalReason.Damaged,
            Assert.Throws<RefusedMessageException>(() => MessagePayload.Write(new SweepProtocol.Stop(null!))).Reason
        );

    [Fact]
    public void A_message_that_nobody_would_take_is_not_sent() =>
        Assert.Equal(
            RefusalReason.TooLarge,
            Assert
                .Throws<RefusedMessageException>(() =>
                    MessagePayload.Write(new SweepProtocol.Stop(new string('x', MessagePayload.MaxBytes)))
                )
                .Reason
        );

    [Fact]
    public void A_search_space_deeper_than_any_in_use_is_sent() =>
        Assert.Equal(
            Json(Nested.Submit(depth: 12)),
            Json(MessagePayload.Read(MessagePayload.Write(Nested.Submit(depth: 12)), "submit.v2"))
        );

    [Fact]
    public void What_is_no_message_is_not_sent() => Assert.Throws<ArgumentException>(() => MessagePayload.Write("text"));

    public static IEnumerable<TheoryDataRow<string, string, string>> Samples() =>
        MessageSamples.All.Select(sample => new TheoryDataRow<string, string, string>(sample.Manifest, sample.Json, sample.Payload));

    static IEnumerable<Type> Types() => MessageGen.Each.Select(gen => gen.Single().GetType());

    static string Json(object message) => JsonSerializer.Serialize(message, message.GetType(), OrchestratorJson.Compact);
}
