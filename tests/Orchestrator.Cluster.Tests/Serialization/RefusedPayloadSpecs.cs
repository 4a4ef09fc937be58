using System.Diagnostics;
using CsCheck;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps.Domain;
using static Orchestrator.Cluster.Protocol.WorkProtocol;

namespace Orchestrator.Cluster.Tests.Serialization;

/// <summary>Nothing but our messages comes out of a payload, and nothing but a refusal escapes.</summary>
public sealed class RefusedPayloadSpecs
{
    [Fact]
    public void A_manifest_that_is_not_known_is_refused() =>
        Assert.Equal(RefusalReason.UnknownManifest, Refusal(MessagePayload.Write(new LeaseRenewed(1)), "lease-renewed.v9"));

    [Fact]
    public void An_event_is_no_message() =>
        Assert.Equal(
            RefusalReason.UnknownManifest,
            Refusal(Intruder.Payload(new TrialCompleted(1) { At = DateTimeOffset.UnixEpoch }), "trial-completed.v1")
        );

    public static TheoryData<string, object> Strangers() =>
        new()
        {
            { "another message of ours", new LeaseRenewed(1) },
            { "a part of our messages", new Lease(1, WorkKind.Training, 1, 1, "n", 1, DateTimeOffset.UnixEpoch) },
            { "a class of the library", new Version(1, 2) },
            { "a class of nobody's", new Stranger(1) },
            {
                "a list",
                new List<string> { "x" }
            },
            { "an array", new[] { 1, 2, 3 } },
            { "bytes", new byte[] { 1, 2, 3 } },
            { "a number", 7 },
            { "a type", typeof(Process) },
            { "a delegate", Intrude },
            { "an exception", new InvalidOperationException("x") },
        };

    [Theory]
    [MemberData(nameof(Strangers))]
    public void A_foreign_type_is_refused_as_a_message(string what, object stranger)
    {
        Assert.Equal(RefusalReason.ForeignType, Refusal(Intruder.Payload(stranger)));
        Assert.False(_intruded, what);
    }

    [Theory]
    [MemberData(nameof(Strangers))]
    public void A_foreign_type_is_refused_within_a_message(string what, object stranger)
    {
        Assert.Equal(
            RefusalReason.ForeignType,
            Refusal(Intruder.Payload(new Carrier(stranger, 1)).Rename(typeof(Carrier), typeof(RenewLease)))
        );
        Assert.False(_intruded, what);
    }

    [Theory]
    [InlineData("System.Diagnostics.Process, System.Diagnostics.Process")]
    [InlineData("Orchestrator.Cluster.Tests.Serialization.Unheard+Of, Orchestrator.Cluster.Tests")]
    [InlineData("")]
    public void A_foreign_name_is_refused(string name)
    {
        Assert.Equal(RefusalReason.ForeignType, Refusal(Intruder.Payload(new Stranger(1)).Rename(typeof(Stranger), name)));
        Assert.Equal(
            RefusalReason.ForeignType,
            Refusal(
                Intruder.Payload(new Carrier(new Stranger(1), 1)).Rename(typeof(Carrier), typeof(RenewLease)).Rename(typeof(Stranger), name)
            )
        );
    }

    /// <summary>Hyperion would take the epoch for the sequence and the sequence for the token.</summary>
    [Fact]
    public void A_message_with_a_field_more_than_this_version_knows_is_refused() =>
        Assert.Equal(
            RefusalReason.Damaged,
            Refusal(
                Intruder
                    .Payload(new ReportAcceptedOfLater(Epoch: 1, Token: 2, Sequence: 3))
                    .Rename(typeof(ReportAcceptedOfLater), typeof(ReportAccepted)),
                "report-accepted.v1"
            )
        );

    [Fact]
    public void Null_where_none_may_be_is_refused() =>
        Assert.Equal(RefusalReason.Damaged, Refusal(Intruder.Payload(new RenewLease(null!, 1))));

    [Fact]
    public void A_value_that_its_enumeration_does_not_have_is_refused() =>
        Assert.Equal(
            RefusalReason.Damaged,
            Refusal(Intruder.Payload(new RequestWork("n", 1, (WorkKind)7, new(null, 1), new(null, 1))), "request-work.v1")
        );

    [Fact]
    public void A_payload_that_is_nested_too_deep_is_refused() =>
        Assert.Equal(RefusalReason.Damaged, Refusal(Intruder.Payload(Nested.Submit(depth: 60)), "submit.v2"));

    [Fact]
    public void A_payload_that_is_too_large_is_refused_unread() =>
        Assert.Equal(RefusalReason.TooLarge, Refusal(new byte[MessagePayload.MaxBytes + 1]));

    [Fact]
    public void A_payload_that_is_cut_short_or_goes_on_is_refused() =>
        MessageGen.Any.Sample(
            message =>
            {
                var (payload, manifest) = (MessagePayload.Write(message), Manifests.Messages.Of(message));
                for (var length = 0; length < payload.Length; length++)
                    Assert.Equal(RefusalReason.Damaged, Refusal(payload[..length], manifest));
                Assert.Equal(RefusalReason.Damaged, Refusal([.. payload, 0], manifest));
            },
            iter: 30
        );

    [Fact]
    public void Whatever_happens_to_a_payload_it_is_refused_or_still_its_message() =>
        Gen.Select(MessageGen.Any, Gen.Select(Gen.Double[0, 1], Gen.Byte).Array[1, 4])
            .Sample(
                (message, changes) =>
                {
                    var payload = MessagePayload.Write(message);
                    foreach (var (where, value) in changes)
                        payload[(int)(where * (payload.Length - 1))] = value;
                    ReadOrRefuse(payload, message.GetType());
                },
                iter: 3000
            );

    [Fact]
    public void Bytes_of_chance_are_refused_or_a_message() =>
        Gen.Select(Gen.OneOf([.. Manifests.Messages.Types.Keys.Select(Gen.Const)]), Gen.Byte.Array[0, 100])
            .Sample((manifest, payload) => ReadOrRefuse(payload, Manifests.Messages.Types[manifest]), iter: 1000);

    /// <summary>A few bytes must not make room for gigabytes.</summary>
    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(100_000_000)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void A_length_that_lies_costs_nothing(int lie)
    {
        var payload = MessagePayload.Write(Nested.Submit(depth: 2));
        for (var at = 0; at <= payload.Length - sizeof(int); at++)
        {
            var forged = payload.ToArray();
            BitConverter.TryWriteBytes(forged.AsSpan(at), lie);
            var before = GC.GetAllocatedBytesForCurrentThread();
            ReadOrRefuse(forged, typeof(Protocol.SweepProtocol.Submit));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MessagePayload.MaxBytes);
        }
    }

    static void ReadOrRefuse(byte[] payload, Type type)
    {
        var manifest = Manifests.Messages.Types.Single(entry => entry.Value == type).Key;
        try
        {
            Assert.IsType(type, MessagePayload.Read(payload, manifest));
        }
        catch (RefusedMessageException) { }
    }

    static RefusalReason Refusal(byte[] payload, string manifest = "renew-lease.v1") =>
        Assert.Throws<RefusedMessageException>(() => MessagePayload.Read(payload, manifest)).Reason;

    static bool _intruded;

    static readonly Action Intrude = Run;

    static void Run() => _intruded = true;

    sealed record Stranger(int X);

    /// <summary>Looks like a <see cref="RenewLease"/> that carries something else.</summary>
    sealed record Carrier(object Sweep, long Token);

    sealed record ReportAcceptedOfLater(long Epoch, long Token, long Sequence);
}
