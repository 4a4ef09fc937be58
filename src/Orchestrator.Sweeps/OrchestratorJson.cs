using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Orchestrator.Sweeps;

/// <summary>The one dialect of JSON that the project writes and reads: snake_case, nulls written, doubles that round-trip.</summary>
public static class OrchestratorJson
{
    public static JsonSerializerOptions Compact { get; } = Create(indented: false);

    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    /// <summary>The dialect with shapes that the compiler found. All others are found by reflection when they are first met, which takes
    /// longer than all else that a short command does.</summary>
    /// <remarks>Not for what may lack a member that has another value then than its type's: the compiler's shapes know of none.</remarks>
    public static JsonSerializerOptions Knowing(this JsonSerializerOptions dialect, IJsonTypeInfoResolver shapes) =>
        new(dialect) { TypeInfoResolver = JsonTypeInfoResolver.Combine(shapes, dialect.TypeInfoResolver) };

    static JsonSerializerOptions Create(bool indented) =>
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            WriteIndented = indented,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new PooledStrings() },
        };
}
