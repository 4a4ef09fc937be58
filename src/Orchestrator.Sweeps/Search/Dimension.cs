using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>A parameter of the sweep as one edge of the unit cube: a range by its scale, n choices as n equal parts.</summary>
public sealed class Dimension
{
    readonly RangeScale? scale;

    internal Dimension(int index, Parameter parameter, ImmutableArray<ImmutableArray<Dimension>> inner)
    {
        (Index, Parameter, Inner) = (index, parameter, inner);
        Paths = [.. new SearchSpace([parameter]).SweptPaths()];
        scale = parameter.Range is { } range ? new RangeScale(range, TrialFields.Table.Find(parameter.Path)!.Kind) : null;
    }

    /// <summary>Its place among the coordinates of a point.</summary>
    public int Index { get; }

    public Parameter Parameter { get; }

    /// <summary>For each choice, the dimensions that exist only where it is taken.</summary>
    public ImmutableArray<ImmutableArray<Dimension>> Inner { get; }

    /// <summary>The fields that it or an inner one sets.</summary>
    internal ImmutableArray<string> Paths { get; }

    internal RangeScale? Scale => scale;

    /// <summary>Choices of which no one is nearer to another.</summary>
    internal int Choices => Parameter.Choices.Length;

    internal int ChoiceAt(double unit) => Math.Min((int)(unit * Choices), Choices - 1);

    internal double UnitOf(int choice) => (choice + 0.5) / Choices;
}
