using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Orchestrator.Cluster.Notices;

namespace Orchestrator.Cluster.Tests.Notices;

/// <summary>Webhooks, at a real server.</summary>
public sealed class HttpChannelSpecs
{
    static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly byte[] Key = Encoding.ASCII.GetBytes("0123456789012345678901234567890");
    static readonly NoticeMessage Message = new(
        "tiny-1-7",
        "new_best",
        Now.AddHours(-1),
        "tiny",
        "0002",
        "Sweep tiny: new best, trial <0002>",
        "Trial 0002 is the best so far.",
        ImmutableSortedDictionary<string, double>.Empty.Add("fid", 1.5),
        "https://sweeps.example.org/#/sweeps/tiny/trials/0002",
        null
    );

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_webhook_gets_json_that_is_signed_with_its_id_and_the_time_of_sending()
    {
        await using var server = await HookServer.StartAsync();
        var channel = new WebhookChannel(new Uri(server.Address, "/hook?for=sweeps"), Key, new FakeTimeProvider(Now));
        Assert.Equal(NoticeDelivery.Arrived, await channel.SendAsync(Message, Cancel));

        var posted = await server.NextAsync();
        Assert.Equal(("/hook", "tiny-1-7"), (posted.Path, posted.Headers["webhook-id"]));
        Assert.Equal($"{Now.ToUnixTimeSeconds()}", posted.Headers["webhook-timestamp"]);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"tiny-1-7.{Now.ToUnixTimeSeconds()}."), .. posted.Body];
        Assert.Equal($"v1,{Convert.ToBase64String(new HMACSHA256(Key).ComputeHash(signed))}", posted.Headers["webhook-signature"]);
        Assert.Equal("application/json", posted.Headers["Content-Type"]);
        var json = JsonDocument.Parse(posted.Body).RootElement;
        Assert.Equal(
            ("tiny-1-7", "new_best", Message.At),
            (json.GetProperty("id").GetString(), json.GetProperty("type").GetString(), json.GetProperty("timestamp").GetDateTimeOffset())
        );
        var data = json.GetProperty("data");
        Assert.Equal(
            ("tiny", "0002", Message.Text, 1.5),
            (
                data.GetProperty("sweep").GetString(),
                data.GetProperty("trial").GetString(),
                data.GetProperty("text").GetString(),
                data.GetProperty("figures").GetProperty("fid").GetDouble()
            )
        );
    }

    [Fact]
    public async Task One_without_a_secret_is_not_signed()
    {
        await using var server = await HookServer.StartAsync();
        await new WebhookChannel(server.Address, null, TimeProvider.System).SendAsync(Message, Cancel);
        Assert.DoesNotContain("webhook-signature", (await server.NextAsync()).Headers.Keys);
    }

    [Fact]
    public async Task Slack_gets_a_text_and_blocks_with_a_link_and_no_markup_of_ours()
    {
        await using var server = await HookServer.StartAsync();
        Assert.Equal(NoticeDelivery.Arrived, await new SlackChannel(server.Address).SendAsync(Message, Cancel));
        var json = JsonDocument.Parse((await server.NextAsync()).Body).RootElement;
        Assert.Equal("Sweep tiny: new best, trial &lt;0002&gt;", json.GetProperty("text").GetString());
        var blocks = json.GetProperty("blocks");
        Assert.Equal(
            ("mrkdwn", "*<https://sweeps.example.org/#/sweeps/tiny/trials/0002|Sweep tiny: new best, trial &lt;0002&gt;>*"),
            (blocks[0].GetProperty("text").GetProperty("type").GetString(), blocks[0].GetProperty("text").GetProperty("text").GetString())
        );
        Assert.Equal("plain_text", blocks[1].GetProperty("text").GetProperty("type").GetString());
    }

    [Theory]
    [InlineData(500, false)]
    [InlineData(503, false)]
    [InlineData(404, false)]
    [InlineData(429, false)]
    [InlineData(401, false)]
    [InlineData(307, false)]
    [InlineData(400, true)]
    [InlineData(410, true)]
    public async Task What_is_wrong_with_the_message_is_final_and_nobody_is_followed_elsewhere(int code, bool isFinal)
    {
        await using var server = await HookServer.StartAsync();
        server.AnswerBy(code);
        var delivery = await new WebhookChannel(server.Address, Key, TimeProvider.System).SendAsync(Message, Cancel);
        Assert.Equal(($"HTTP {code}", isFinal), (delivery.Fault, delivery.IsFinal));
        Assert.Equal(code == 429 ? TimeSpan.FromSeconds(60) : null, delivery.After);
        await server.NextAsync();
        Assert.Equal(0, server.Left);
    }

    [Fact]
    public async Task Where_nobody_answers_the_fault_names_the_host_and_not_the_address()
    {
        var port = FreePorts.Row(1);
        var delivery = await new SlackChannel(new Uri($"http://127.0.0.1:{port}/s3cret")).SendAsync(Message, Cancel);
        Assert.StartsWith("127.0.0.1: Connection refused", delivery.Fault, StringComparison.Ordinal);
        Assert.False(delivery.IsFinal);
        Assert.DoesNotContain("s3cret", delivery.Fault, StringComparison.Ordinal);
    }
}
