using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Processes;

/// <summary>What a child process says, cut where it enters: it goes on to the journal, to other nodes, to logs and to terminals, and none
/// of them is made for a flood.</summary>
static class ChildText
{
    const int MostLines = 40;

    /// <summary>The most characters of a text.</summary>
    public const int Longest = 16 << 10;

    /// <summary>The end of a text: its last lines, of which control characters are spelled out, so that no terminal obeys them.</summary>
    public static string Cut(string text)
    {
        var start = Math.Max(0, text.Length - Longest);
        for (var (at, lines) = (text.Length - 1, 0); at >= start; at--)
            if (text[at] == '\n' && ++lines == MostLines)
                start = at + 1;
        if (start < text.Length && char.IsLowSurrogate(text[start]))
            start++;
        return Printable.From(text[start..]);
    }

    /// <summary>Cuts every text of a message while it is read.</summary>
    public sealed class Converter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString() is { } text ? Cut(text) : null;

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
