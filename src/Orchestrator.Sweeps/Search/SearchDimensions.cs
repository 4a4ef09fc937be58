using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>The parameters of a sweep but for its replicate as a unit cube: a search draws a point of it, and a point is a
/// configuration.</summary>
/// <remarks>One dimension for each parameter, also for one inside a choice, in the order of the file and outer before inner.</remarks>
public sealed class SearchDimensions
{
    readonly SweepSpec spec;
    readonly ImmutableArray<string> swept;

    SearchDimensions(SweepSpec spec, ImmutableArray<Dimension> outer, int count)
    {
        (this.spec, Outer, Count) = (spec, outer, count);
        swept = [.. spec.Space.SweptPaths()];
        Configurations = GridSearch.Count(new SearchSpace([.. outer.Select(dimension => dimension.Parameter)]));
    }

    /// <summary>Those that exist in every configuration.</summary>
    public ImmutableArray<Dimension> Outer { get; }

    /// <summary>Of all dimensions, the inner ones among them.</summary>
    public int Count { get; }

    /// <summary>How many configurations there are at most; <see cref="long.MaxValue"/> where there is a range of real numbers.</summary>
    public long Configurations { get; }

    public static SearchDimensions Of(SweepSpec spec)
    {
        var count = 0;
        var outer = Lay([.. spec.Space.Parameters.Where(parameter => parameter.Path != SearchSpace.Replicate)], ref count);
        return new SearchDimensions(spec, outer, count);
    }

    /// <param name="unit">A coordinate from 0 to below 1 for each dimension; those of choices that are not taken count for
    /// nothing.</param>
    /// <returns>The configuration's parameters, as a grid has them: canonical texts by path, without a replicate.</returns>
    public ImmutableSortedDictionary<string, string> Assignment(ReadOnlySpan<double> unit)
    {
        var assignment = ImmutableSortedDictionary.CreateBuilder<string, string>();
        Put(Outer, unit, assignment);
        var chosen = assignment.ToImmutable();
        return GridSearch.Parameters(TrialFields.Complete(spec.Trial, chosen), swept, chosen);
    }

    /// <summary>The point of a configuration of this sweep.</summary>
    /// <returns>A coordinate for each dimension; null where the parameter does not exist in it.</returns>
    public double?[] Coordinates(ImmutableSortedDictionary<string, string> assignment) =>
        CoordinatesOf(TrialFields.Complete(spec.Trial, assignment));

    /// <summary>The point of a trial, whatever sweep it is of.</summary>
    /// <param name="settings">All settings of the trial.</param>
    /// <returns>A coordinate for each dimension; null where the parameter does not exist in it, or has a value that is none of this
    /// sweep's.</returns>
    public double?[] CoordinatesOf(ImmutableSortedDictionary<string, string> settings)
    {
        var unit = new double?[Count];
        foreach (var dimension in Outer)
            Find(dimension, settings, unit);
        return unit;
    }

    static ImmutableArray<Dimension> Lay(ImmutableArray<Parameter> parameters, ref int count)
    {
        var dimensions = ImmutableArray.CreateBuilder<Dimension>(parameters.Length);
        foreach (var parameter in parameters)
        {
            var index = count++;
            var inner = ImmutableArray.CreateBuilder<ImmutableArray<Dimension>>(parameter.Choices.Length);
            foreach (var choice in parameter.Choices)
                inner.Add(Lay(choice.Inner, ref count));
            dimensions.Add(new Dimension(index, parameter, inner.ToImmutable()));
        }

        return dimensions.ToImmutable();
    }

    static void Put(
        ImmutableArray<Dimension> dimensions,
        ReadOnlySpan<double> unit,
        ImmutableSortedDictionary<string, string>.Builder assignment
    )
    {
        foreach (var dimension in dimensions)
        {
            var at = unit[dimension.Index];
            if (dimension.Scale is { } scale)
            {
                assignment[dimension.Parameter.Path] = scale.Text(at);
                continue;
            }

            var choice = dimension.ChoiceAt(at);
            foreach (var (path, text) in dimension.Parameter.Choices[choice].Values)
                assignment[path] = text;
            Put(dimension.Inner[choice], unit, assignment);
        }
    }

    /// <returns>What the dimension and its inner ones set of the settings; null where the settings are none of theirs, and no coordinate
    /// is then set.</returns>
    ImmutableSortedDictionary<string, string>? Find(Dimension dimension, ImmutableSortedDictionary<string, string> settings, double?[] unit)
    {
        if (dimension.Scale is { } scale)
        {
            var path = dimension.Parameter.Path;
            unit[dimension.Index] = settings.TryGetValue(path, out var text) ? scale.Unit(text) : null;
            return unit[dimension.Index] is null ? null : ImmutableSortedDictionary<string, string>.Empty.Add(path, text!);
        }

        for (var choice = 0; choice < dimension.Choices; choice++)
        {
            var tried = (double?[])unit.Clone();
            if (FindChoice(dimension, choice, settings, tried) is not { } found)
                continue;
            tried.CopyTo(unit, 0);
            unit[dimension.Index] = dimension.UnitOf(choice);
            return found;
        }

        return null;
    }

    ImmutableSortedDictionary<string, string>? FindChoice(
        Dimension dimension,
        int choice,
        ImmutableSortedDictionary<string, string> settings,
        double?[] unit
    )
    {
        var found = dimension.Parameter.Choices[choice].Values;
        if (found.Any(field => settings.GetValueOrDefault(field.Key) != field.Value))
            return null;
        foreach (var inner in dimension.Inner[choice])
        {
            if (Find(inner, settings, unit) is not { } within)
                return null;
            found = found.SetItems(within);
        }

        return found.Count == dimension.Paths.Length || SaysNothingElse(dimension, found, settings) ? found : null;
    }

    /// <summary>What this choice leaves as the template has it, which another one would change, is so.</summary>
    bool SaysNothingElse(
        Dimension dimension,
        ImmutableSortedDictionary<string, string> found,
        ImmutableSortedDictionary<string, string> settings
    )
    {
        var others = swept.Where(path => !dimension.Paths.Contains(path) && settings.ContainsKey(path));
        var whole = TrialFields.Complete(spec.Trial, found.AddRange(others.Select(path => KeyValuePair.Create(path, settings[path]))));
        return dimension.Paths.All(path => whole.GetValueOrDefault(path) == settings.GetValueOrDefault(path));
    }
}
