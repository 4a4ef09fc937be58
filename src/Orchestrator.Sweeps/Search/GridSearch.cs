using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>Every combination of the choices: the first parameter of the file changes slowest, the replicate fastest.</summary>
public static class GridSearch
{
    public const int MaxTrials = 10_000;

    /// <returns>Combinations, those among them that conditions leave out.</returns>
    public static long Count(SweepSpec spec) => Count(spec.Space);

    /// <summary>The parameters of each trial: every swept field that the trial has, chosen or not, and its replicate where that is
    /// swept. A combination that the sweep's conditions leave out is no trial.</summary>
    public static IEnumerable<ImmutableSortedDictionary<string, string>> Enumerate(SweepSpec spec)
    {
        var swept = spec.Space.SweptPaths().ToList();
        return Walk(spec.Space)
            .Select(point => Parameters(TrialFields.Complete(spec.Trial, point.Assignment), swept, point.Assignment))
            .Where(spec.Allows());
    }

    /// <returns><see cref="long.MaxValue"/> where there are too many to count, as with a range of real numbers.</returns>
    internal static long Count(SearchSpace space) => Count(space.Parameters);

    internal static IEnumerable<GridPoint> Walk(SearchSpace space) => Walk(space, parameter => parameter.Choices);

    /// <param name="choices">Of a parameter; of one with a range there are none unless this says which.</param>
    internal static IEnumerable<GridPoint> Walk(SearchSpace space, Func<Parameter, IEnumerable<Choice>> choices) =>
        Product([.. space.Parameters.OrderBy(parameter => parameter.Path == SearchSpace.Replicate)], 0, GridPoint.Start, choices);

    /// <param name="settings">Of the trial, complete.</param>
    internal static ImmutableSortedDictionary<string, string> Parameters(
        ImmutableSortedDictionary<string, string> settings,
        IReadOnlyList<string> swept,
        ImmutableSortedDictionary<string, string> assignment
    ) => assignment.SetItems(from path in swept where settings.ContainsKey(path) select KeyValuePair.Create(path, settings[path]));

    static IEnumerable<GridPoint> Product(
        ImmutableArray<Parameter> parameters,
        int index,
        GridPoint soFar,
        Func<Parameter, IEnumerable<Choice>> choices
    )
    {
        if (index == parameters.Length)
            return [soFar];
        return from choice in choices(parameters[index])
            from withInner in Product(choice.Inner, 0, soFar.With(parameters[index], choice), choices)
            from point in Product(parameters, index + 1, withInner, choices)
            select point;
    }

    static long Count(ImmutableArray<Parameter> parameters) =>
        parameters.Aggregate(1L, (count, parameter) => Saturated(count, Count(parameter)));

    static long Count(Parameter parameter) =>
        parameter.Range?.Count
        ?? parameter.Choices.Aggregate(0L, (sum, choice) => (long)UInt128.Min((UInt128)sum + (UInt128)Count(choice.Inner), long.MaxValue));

    static long Saturated(long a, long b) => (long)UInt128.Min((UInt128)a * (UInt128)b, long.MaxValue);
}

/// <summary>One combination, with the choices that gave it.</summary>
sealed record GridPoint(ImmutableSortedDictionary<string, string> Assignment, ImmutableList<(Parameter Parameter, Choice Choice)> Picks)
{
    public static GridPoint Start { get; } = new(ImmutableSortedDictionary<string, string>.Empty, []);

    public GridPoint With(Parameter parameter, Choice choice) => new(Assignment.SetItems(choice.Values), Picks.Add((parameter, choice)));
}
