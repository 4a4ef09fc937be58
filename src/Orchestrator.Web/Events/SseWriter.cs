using System.Text;
using System.Text.Json;
using Orchestrator.Sweeps;

namespace Orchestrator.Web.Events;

/// <summary>Writes server-sent events that belong together, as they go over the wire.</summary>
/// <remarks>Only the last one has an id, which says that all of them were heard: whoever is cut off in between hears all of them
/// again.</remarks>
sealed class SseWriter
{
    public static ReadOnlyMemory<byte> Comment { get; } = ":\n\n"u8.ToArray();

    readonly StringBuilder _text = new();
    int _last;

    public SseWriter Add(string type, object data)
    {
        _last = _text.Length;
        _text
            .Append("event: ")
            .Append(type)
            .Append("\ndata: ")
            .Append(JsonSerializer.Serialize(data, OrchestratorJson.Compact))
            .Append("\n\n");
        return this;
    }

    /// <summary>How soon to come again after being cut off.</summary>
    public SseWriter Retry(TimeSpan after)
    {
        _text.Append("retry: ").Append((long)after.TotalMilliseconds).Append('\n');
        return this;
    }

    /// <param name="position">How far a subscriber has then heard; null where these events are of no journal.</param>
    public ReadOnlyMemory<byte> ToBytes(JournalPosition? position)
    {
        if (position is not null)
            _text.Insert(_last, $"id: {position}\n");
        return Encoding.UTF8.GetBytes(_text.ToString());
    }
}
