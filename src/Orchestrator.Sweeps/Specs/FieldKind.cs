using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Orchestrator.Sweeps.Specs;

/// <summary>What a field of a sweep file may hold: its type and its limits.</summary>
public abstract record FieldKind
{
    /// <summary>Reads on after "expected".</summary>
    public abstract string Expected { get; }

    /// <summary>Numbers must stand without quotes.</summary>
    public virtual bool IsNumber => false;

    /// <returns>The one text of this value, so that 1e-3 and 0.001 are the same; null where the text is no such value.</returns>
    public abstract string? Canonical(string text);

    /// <summary>What to say of a text without canonical form.</summary>
    public virtual string Complaint(string text) => $"expected {Expected}, not {Printable.Quote(text)}";

    public abstract JsonObject JsonSchema();

    /// <returns>The JSON of a canonical text.</returns>
    public virtual JsonNode ToJson(string canonical) => JsonValue.Create(canonical);
}

public sealed record WholeNumber(long Min, long Max = int.MaxValue) : FieldKind
{
    /// <summary>What lies beyond the largest, in words that go on after a colon; null where it is the largest number that there is room
    /// for.</summary>
    public string? Why { get; init; }

    public override string Expected => string.Create(CultureInfo.InvariantCulture, $"a whole number of at least {Min}");

    public override bool IsNumber => true;

    public override string? Canonical(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= Min && value <= Max
            ? value.ToString(CultureInfo.InvariantCulture)
            : null;

    public override string Complaint(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value > Max
            ? string.Create(CultureInfo.InvariantCulture, $"expected at most {Max}, not {value}{(Why is null ? "" : $": {Why}")}")
            : base.Complaint(text);

    public override JsonObject JsonSchema() =>
        new()
        {
            ["type"] = "integer",
            ["minimum"] = Min,
            ["maximum"] = Max,
        };

    public override JsonNode ToJson(string canonical) => JsonValue.Create(long.Parse(canonical, CultureInfo.InvariantCulture));
}

/// <summary>A finite number within limits of its meaning, of which each is optional.</summary>
public sealed record Number(double? Above = null, double? AtLeast = null, double? Below = null, double? AtMost = null) : FieldKind
{
    /// <summary>Narrower than what the number could mean.</summary>
    public Tried? Tried { get; init; }

    public override string Expected
    {
        get
        {
            (string, double?)[] limits = [("above", Above), ("of at least", AtLeast), ("below", Below), ("at most", AtMost)];
            var words = limits
                .Where(limit => limit.Item2 is not null)
                .Select(limit => string.Create(CultureInfo.InvariantCulture, $"{limit.Item1} {limit.Item2}"));
            return $"a number {string.Join(" and ", words)}";
        }
    }

    public override bool IsNumber => true;

    public override string? Canonical(string text) =>
        // Adding zero turns -0 into 0.
        Read(text) is { } value
        && Tried?.Excludes(value) is not true
            ? (value + 0.0).ToString("R", CultureInfo.InvariantCulture)
            : null;

    public override string Complaint(string text) =>
        Read(text) is { } value && Tried is { } tried && tried.Excludes(value) ? tried.Complaint(text) : base.Complaint(text);

    public override JsonObject JsonSchema()
    {
        var schema = new JsonObject { ["type"] = "number" };
        if (Tried?.Least is null && Above is { } above)
            schema["exclusiveMinimum"] = above;
        if ((Tried?.Least ?? AtLeast) is { } least)
            schema["minimum"] = least;
        if (Tried?.Most is null && Below is { } below)
            schema["exclusiveMaximum"] = below;
        if ((Tried?.Most ?? AtMost) is { } most)
            schema["maximum"] = most;
        return schema;
    }

    public override JsonNode ToJson(string canonical) => JsonValue.Create(double.Parse(canonical, CultureInfo.InvariantCulture));

    /// <returns>Null where the text is no number, or one without meaning here.</returns>
    double? Read(string text)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(text, style, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
            return null;
        return !(value <= Above) && !(value < AtLeast) && !(value >= Below) && !(value > AtMost) ? value : null;
    }
}

/// <param name="Absolute">Limits of a plain number.</param>
/// <param name="PerDimension">Limits of a multiple of the latent dimension.</param>
public sealed record KappaValue(Tried Absolute, Tried PerDimension) : FieldKind
{
    public override string Expected => "a number above 0, or one followed by d (1.5d: times the latent dimension)";

    public override string? Canonical(string text) =>
        Kappa.TryParse(text, out var kappa) && !TriedOf(kappa).Excludes(kappa.Value) ? kappa.ToString() : null;

    public override string Complaint(string text) =>
        Kappa.TryParse(text, out var kappa) && TriedOf(kappa).Excludes(kappa.Value)
            ? TriedOf(kappa).Complaint(text, kappa.PerDimension ? "d" : "")
            : base.Complaint(text);

    public override JsonObject JsonSchema()
    {
        var schema = new JsonObject { ["type"] = new JsonArray("number", "string"), ["pattern"] = @"^[0-9.eE+-]+d?$" };
        if (Absolute.Least is { } least)
            schema["minimum"] = least;
        if (Absolute.Most is { } most)
            schema["maximum"] = most;
        return schema;
    }

    Tried TriedOf(Kappa kappa) => kappa.PerDimension ? PerDimension : Absolute;

    public override JsonNode ToJson(string canonical) =>
        Kappa.TryParse(canonical, out var kappa) && !kappa.PerDimension ? JsonValue.Create(kappa.Value) : JsonValue.Create(canonical);
}

/// <summary>Canonical form: bytes without a unit.</summary>
public sealed record SizeInBytes : FieldKind
{
    public override string Expected => "a size with its unit (B, KiB, MiB, GiB or TiB), such as 50GiB";

    public override string? Canonical(string text) =>
        ByteSize.TryParse(text, out var bytes) ? bytes.ToString(CultureInfo.InvariantCulture) : null;

    public override JsonObject JsonSchema() => new() { ["type"] = "string", ["pattern"] = @"^[0-9]*\.?[0-9]+ *(B|KiB|MiB|GiB|TiB)$" };
}

/// <summary>Text of a given form.</summary>
/// <param name="Shown">The form in words.</param>
public sealed record Matching(string Pattern, string Shown) : FieldKind
{
    public override string Expected => Shown;

    public override string? Canonical(string text) =>
        Regex.IsMatch(text, $@"\A(?:{Pattern})\z", RegexOptions.CultureInvariant) ? text : null;

    public override JsonObject JsonSchema() => new() { ["type"] = "string", ["pattern"] = $"^(?:{Pattern})$" };
}

/// <summary>One of some names, or text of one further form.</summary>
public record OneOf(ImmutableArray<string> Names) : FieldKind
{
    public Matching? Form { get; init; }

    /// <summary>Names that the language has and this version cannot do; those that end in a colon stand for all that begin so.</summary>
    public ImmutableArray<string> Later { get; init; } = [];

    IEnumerable<string> Available => Form is null ? Names : Names.Append(Form.Shown);

    public override string Expected => Names.Length == 1 && Form is null ? Names[0] : $"one of {string.Join(", ", Available)}";

    public override string? Canonical(string text) => Names.Contains(text) ? text : Form?.Canonical(text);

    public override string Complaint(string text)
    {
        if (Later.Any(name => text == name || name.EndsWith(':') && text.StartsWith(name, StringComparison.Ordinal)))
            return $"{Printable.Quote(text)} is not available in this version; available now: {string.Join(", ", Available)}";
        return base.Complaint(text) + Suggestions.DidYouMean(text, Names);
    }

    public override JsonObject JsonSchema()
    {
        var names = new JsonObject { ["enum"] = new JsonArray([.. Names.Select(name => JsonValue.Create(name))]) };
        return Form is null ? names : new() { ["anyOf"] = new JsonArray(names, Form.JsonSchema()) };
    }
}

public sealed record TrueOrFalse() : OneOf([True, False])
{
    public const string True = "true",
        False = "false";

    public override JsonObject JsonSchema() => new() { ["type"] = "boolean" };

    public override JsonNode ToJson(string canonical) => JsonValue.Create(canonical == True);
}
