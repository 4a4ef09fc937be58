using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>A condition of <c>where</c> over the settings of a trial: <c>flow.hidden * flow.steps &lt;= 2048</c>.</summary>
/// <remarks>It compares numbers and names; there is nothing else that it could do.</remarks>
public sealed class Constraint
{
    readonly Func<IReadOnlyDictionary<string, string>, bool> holds;

    Constraint(ImmutableSortedSet<string> paths, Func<IReadOnlyDictionary<string, string>, bool> holds) =>
        (Paths, this.holds) = (paths, holds);

    /// <summary>The settings that it names.</summary>
    public ImmutableSortedSet<string> Paths { get; }

    /// <exception cref="ConstraintException">The text is no condition; says where and why.</exception>
    public static Constraint Parse(string text)
    {
        var parser = new ConstraintParser(text);
        var condition = parser.Whole();
        return new Constraint([.. parser.Paths], condition.Of);
    }

    /// <param name="settings">All settings of a trial, as canonical texts by their paths.</param>
    /// <returns>True also where the trial has not all the settings that are named.</returns>
    public bool Holds(IReadOnlyDictionary<string, string> settings) => !Paths.All(settings.ContainsKey) || holds(settings);
}

/// <summary>A text that is no condition.</summary>
/// <param name="at">Place in the text, from 0.</param>
public sealed class ConstraintException(int at, string message) : FormatException(message)
{
    public int At => at;
}
