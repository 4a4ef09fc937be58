using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Notices;

/// <summary>JSON to an address of the operator's, signed as the Standard Webhooks specification has it: HMAC-SHA256 over id, time and
/// body.</summary>
/// <param name="key">Null: not signed.</param>
public sealed class WebhookChannel(Uri address, byte[]? key, TimeProvider time) : INoticeChannel
{
    public const string IdHeader = "webhook-id",
        TimeHeader = "webhook-timestamp",
        SignatureHeader = "webhook-signature",
        SecretPrefix = "whsec_";

    public Task<NoticeDelivery> SendAsync(NoticeMessage message, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                message.Id,
                message.Type,
                Timestamp = message.At,
                Data = new
                {
                    message.Sweep,
                    message.Trial,
                    message.Title,
                    message.Text,
                    message.Figures,
                    message.Page,
                },
            },
            OrchestratorJson.Compact
        );
        var now = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        List<KeyValuePair<string, string>> headers = [new(IdHeader, message.Id), new(TimeHeader, now)];
        if (key is not null)
            headers.Add(new(SignatureHeader, Signature(key, message.Id, now, body)));
        return NoticePost.SendAsync(address, body, headers, cancel);
    }

    /// <param name="time">Seconds since 1970, in decimal.</param>
    public static string Signature(byte[] key, string id, string time, byte[] body) =>
        $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body]))}";
}
