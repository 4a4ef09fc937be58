using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orchestrator.Sweeps.Domain;

/// <summary>The trials of a state as JSON that this very build reads again: bytes in place of names and text, a string for some hundred
/// trials. As JSON of their own they are nearly all that it takes to read a large sweep.</summary>
public sealed class PackedTrials : JsonConverter<ImmutableList<TrialState>>
{
    // Long enough to be few; and no string is longer than JSON's may be.
    const int InOne = 250;

    public override ImmutableList<TrialState> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var trials = ImmutableList.CreateBuilder<TrialState>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            var bytes = new MemoryStream(reader.GetBytesFromBase64());
            using var from = new BinaryReader(bytes);
            while (bytes.Position < bytes.Length)
                trials.Add(TrialState.Read(from));
        }

        return trials.ToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableList<TrialState> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var some in value.Chunk(InOne))
        {
            using var bytes = new MemoryStream();
            using (var to = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
                foreach (var trial in some)
                    trial.Write(to);
            writer.WriteBase64StringValue(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }

        writer.WriteEndArray();
    }
}
