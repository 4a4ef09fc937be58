using System.Text.Json;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Notices;

/// <summary>An incoming webhook of Slack's, or of whatever takes its form. Who knows the address may write there.</summary>
public sealed class SlackChannel(Uri address) : INoticeChannel
{
    public Task<NoticeDelivery> SendAsync(NoticeMessage message, CancellationToken cancel)
    {
        var title = message.Page is { } page ? $"<{page}|{Escaped(message.Title)}>" : Escaped(message.Title);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                // What a notification shows, which has no room for more.
                Text = Escaped(message.Title),
                Blocks = new object[]
                {
                    new { Type = "section", Text = new { Type = "mrkdwn", Text = $"*{title}*" } },
                    new
                    {
                        Type = "section",
                        // Plain: a message of a trial that failed is full of what would be markup.
                        Text = new { Type = "plain_text", message.Text },
                    },
                },
            },
            OrchestratorJson.Compact
        );
        return NoticePost.SendAsync(address, body, [], cancel);
    }

    static string Escaped(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}
