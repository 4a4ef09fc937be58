using System.Collections.Immutable;
using System.Text;
using Orchestrator.Cluster.Notices;

namespace Orchestrator.Cluster.Tests.Notices;

/// <summary>Mail, through a real relay.</summary>
public sealed class MailChannelSpecs : IAsyncDisposable
{
    readonly MailServer _server = new();
    readonly TemporaryFolder _folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Mail_has_the_text_the_page_and_the_sample_grid_and_one_id()
    {
        byte[] picture = [.. Enumerable.Range(0, 100_000).Select(value => (byte)(value * 7))];
        await File.WriteAllBytesAsync(_folder.At("samples.png"), picture, Cancel);
        var message = Message with { Picture = _folder.At("samples.png"), Page = "https://sweeps.example.org/#/sweeps/tiny" };
        Assert.Equal(NoticeDelivery.Arrived, await Channel().SendAsync(message, Cancel));

        var mail = await _server.NextAsync();
        Assert.Equal(["a@example.org", "b@example.org"], mail.To);
        Assert.Equal("Sweep tiny: new best", mail.Header("Subject"));
        Assert.Equal("<tiny-1-7@example.org>", mail.Header("Message-ID"));
        Assert.Equal(2, mail.Parts.Count);
        Assert.Equal("Schön: 1 < 2.\n\nhttps://sweeps.example.org/#/sweeps/tiny\n", Encoding.UTF8.GetString(mail.Parts[0]));
        Assert.Equal(picture, mail.Parts[1]);
    }

    [Fact]
    public async Task A_picture_that_is_gone_holds_up_nobody()
    {
        Assert.Equal(NoticeDelivery.Arrived, await Channel().SendAsync(Message with { Picture = _folder.At("none.png") }, Cancel));
        Assert.Single((await _server.NextAsync()).Parts);
    }

    [Theory]
    [InlineData("MAIL", 451, "127.0.0.1: SMTP 451", false)]
    [InlineData("MAIL", 552, "127.0.0.1: SMTP 552", true)]
    [InlineData("DATA", 554, "127.0.0.1: SMTP 554", true)]
    [InlineData("RCPT TO:<b", 550, "127.0.0.1: 1 of 2 addresses refused", true)]
    public async Task What_the_relay_does_not_take_is_final_where_it_says_so(string verb, int code, string fault, bool isFinal)
    {
        _server.Answer(verb, code);
        var delivery = await Channel().SendAsync(Message, Cancel);
        Assert.Equal((fault, isFinal), (delivery.Fault, delivery.IsFinal));
    }

    [Fact]
    public async Task Without_tls_where_it_is_wanted_nothing_is_sent()
    {
        var delivery = await Channel(isEncrypted: true).SendAsync(Message, Cancel);
        Assert.Contains("secure", delivery.Fault, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((false, 0), (delivery.IsFinal, _server.Left));
    }

    [Fact]
    public async Task A_relay_that_is_away_is_tried_again()
    {
        await _server.DisposeAsync();
        var delivery = await Channel().SendAsync(Message, Cancel);
        Assert.StartsWith("127.0.0.1: Connection refused", delivery.Fault, StringComparison.Ordinal);
        Assert.False(delivery.IsFinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    static NoticeMessage Message { get; } =
        new(
            "tiny-1-7",
            "new_best",
            DateTimeOffset.UnixEpoch,
            "tiny",
            "0002",
            "Sweep tiny: new best",
            "Schön: 1 < 2.",
            ImmutableSortedDictionary<string, double>.Empty,
            null,
            null
        );

    MailChannel Channel(bool isEncrypted = false) =>
        new(new MailRelay("127.0.0.1", _server.Port, isEncrypted, "Sweeps <s@example.org>", "a@example.org, b@example.org", null));
}
