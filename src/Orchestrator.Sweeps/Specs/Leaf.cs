namespace Orchestrator.Sweeps.Specs;

/// <summary>One value of a sweep file.</summary>
/// <param name="Path">Dotted: <c>training.epochs</c>.</param>
/// <param name="Default">Canonical text where the file says nothing; null where there is none.</param>
public sealed record Leaf(string Path, ValueKind Kind, string? Default, string Description)
{
    /// <summary>The leaf exists only, and is then required, where another one has this value.</summary>
    public Condition? When { get; init; }

    public bool IsRequired { get; init; }

    /// <summary>May be given as a list; its canonical text is then the items', joined by commas.</summary>
    public bool IsList { get; init; }

    public string Name => Path[(Path.LastIndexOf('.') + 1)..];
}

public sealed record Condition(string Path, string Value);
