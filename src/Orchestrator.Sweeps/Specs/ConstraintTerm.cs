using System.Globalization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>A part of a condition, of one of three kinds.</summary>
/// <param name="At">Where it begins in the text, from 0.</param>
abstract record ConstraintTerm(int At)
{
    /// <summary>The kind in words.</summary>
    public abstract string Kind { get; }
}

sealed record NumberTerm(int At, Func<IReadOnlyDictionary<string, string>, double> Of) : ConstraintTerm(At)
{
    public override string Kind => "a number";

    public static NumberTerm Setting(int at, string path) =>
        new(at, settings => double.Parse(settings[path], NumberStyles.Float, CultureInfo.InvariantCulture));
}

/// <param name="Kinds">What a setting may be; null of a text in quotes.</param>
sealed record TextTerm(int At, Func<IReadOnlyDictionary<string, string>, string> Of, OneOf? Kinds) : ConstraintTerm(At)
{
    public override string Kind => "a text";
}

sealed record TruthTerm(int At, Func<IReadOnlyDictionary<string, string>, bool> Of) : ConstraintTerm(At)
{
    public override string Kind => "a comparison";
}
