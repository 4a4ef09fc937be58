using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Orchestrator.Sweeps.Specs;

/// <summary>A point in time with its zone. Canonical form: in UTC, to the second.</summary>
public sealed partial record Instant : FieldKind
{
    const string Shape = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})";

    public override string Expected => "a time with its zone, such as 2026-12-01T08:00Z";

    public override string? Canonical(string text) =>
        Form().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
            ? TextOf(time)
            : null;

    public override JsonObject JsonSchema() => new() { ["type"] = "string", ["pattern"] = $"^{Shape}$" };

    internal static string TextOf(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    internal static DateTimeOffset Parse(string canonical) => DateTimeOffset.Parse(canonical, CultureInfo.InvariantCulture);

    [GeneratedRegex($"\\A{Shape}\\z")]
    private static partial Regex Form();
}
