using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Sweeps;

/// <summary>Strings read from JSON, one object for those that are alike: a sweep of thousands of trials has the same paths, names of nodes
/// and names of files in each of them.</summary>
/// <remarks>Of those that were not read lately another object is made; nothing depends on it.</remarks>
sealed class PooledStrings : JsonConverter<string>
{
    const int Longest = 64,
        Slots = 1 << 12;

    readonly string?[] strings = new string?[Slots];

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Of(ref reader)!;

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value);

    string? Of(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.PropertyName || reader.TokenType == JsonTokenType.String)
        {
            if (!reader.HasValueSequence && !reader.ValueIsEscaped && reader.ValueSpan.Length <= Longest && Ascii.IsValid(reader.ValueSpan))
                return Pooled(reader.ValueSpan);
        }

        return reader.GetString();
    }

    // Several threads may put their own in one place: the last one stays, and each is right.
    string Pooled(ReadOnlySpan<byte> ascii)
    {
        var hash = new HashCode();
        hash.AddBytes(ascii);
        ref var place = ref strings[hash.ToHashCode() & (Slots - 1)];
        return place is { } known && Ascii.Equals(ascii, known) ? known : place = Encoding.ASCII.GetString(ascii);
    }
}
