using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>One value of a sweep file.</summary>
/// <param name="Path">Dotted: <c>training.epochs</c>.</param>
/// <param name="Default">Canonical text where the file says nothing; null where there is none.</param>
public sealed record Field(string Path, FieldKind Kind, string? Default, string Description)
{
    /// <summary>The field exists only where another one has such a value, and is required there unless it has a default.</summary>
    public Condition? When { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>May be given as a list; its canonical text is then the items', joined by commas.</summary>
    public bool IsList { get; init; }

    public string Name => Path[(Path.LastIndexOf('.') + 1)..];

    /// <summary>The condition holds, or there is none.</summary>
    public bool AppliesTo(IReadOnlyDictionary<string, string> settings) =>
        When is null || When.Accepts(settings.GetValueOrDefault(When.Path));
}

/// <param name="Values">Any of them.</param>
public sealed record Condition(string Path, params ImmutableArray<string> Values)
{
    public bool Accepts(string? text) => text is not null && Values.Contains(text);

    /// <summary>The values in words.</summary>
    public string Shown => string.Join(" or ", Values);
}
