using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Looks at the trials: what a trial needs or must not have can depend on several choices at once.</summary>
/// <remarks>
/// Of a grid at every one. Of a search that draws its trials there may be more than anybody can look at. But a condition is about two
/// fields: for each condition it looks at every combination of the choices that set one of the two, with the first of every other choice
/// and one number of each range, of which none is different there from another.
/// </remarks>
/// <param name="ranges">A choice for each parameter with a range, by reference.</param>
sealed class TrialCheck(
    IReadOnlyDictionary<string, FieldValue> template,
    IReadOnlyDictionary<Choice, ChoiceSource> sources,
    IReadOnlyDictionary<Parameter, Choice> ranges,
    Position trial,
    ProblemList problems
)
{
    readonly ImmutableSortedDictionary<string, string> valuesOfTrial = template.ToImmutableSortedDictionary(
        field => field.Key,
        field => field.Value.Text
    );
    readonly HashSet<(string Path, Position At, bool IsMissing)> reported = [];

    /// <param name="areWellFormed">False where values are missing because they could not be read: two trials may then only seem to be the
    /// same.</param>
    public void Run(SearchSpace space, Position parameters, bool areWellFormed, bool isGrid)
    {
        if (isGrid && ranges.Count == 0)
        {
            CheckGrid(space, parameters, areWellFormed);
            return;
        }

        if (isGrid)
            RefuseRanges();
        foreach (var field in TrialFields.Table.Fields.Where(field => field.When is not null))
            CheckConditions(GridSearch.Walk(space, parameter => ChoicesFor(field, parameter)));
        // What is drawn twice is left out when it is drawn; what is written twice is a mistake.
        if (areWellFormed)
            foreach (var parameter in space.Parameters)
                CheckRepeats(new SearchSpace([parameter]));
    }

    void CheckGrid(SearchSpace space, Position parameters, bool areWellFormed)
    {
        if (GridSearch.Count(space) > GridSearch.MaxTrials)
        {
            var limit = GridSearch.MaxTrials.ToString("N0", CultureInfo.InvariantCulture);
            problems.Add(parameters, SweepFields.Parameters, $"the grid has more than {limit} trials");
            return;
        }

        CheckConditions(GridSearch.Walk(space));
        if (areWellFormed)
            CheckRepeats(space);
    }

    void RefuseRanges()
    {
        foreach (var (parameter, choice) in ranges)
            problems.Add(
                sources[choice].At,
                parameter.Path,
                $"grid search needs a finite choice: a list of values, or {{ choice: [...] }}; with search.algorithm random, sobol or "
                    + $"tpe, {ValueRange.NameOf(parameter.Range!.Kind)} is drawn from"
            );
    }

    /// <summary>All choices of a parameter that decides whether a field must be there or is, the first one of any other.</summary>
    IEnumerable<Choice> ChoicesFor(Field field, Parameter parameter)
    {
        IEnumerable<Choice> all = ranges.TryGetValue(parameter, out var choice) ? [choice] : parameter.Choices;
        return new SearchSpace([parameter]).SweptPaths().Any(path => path == field.Path || path == field.When!.Path) ? all : all.Take(1);
    }

    void CheckConditions(IEnumerable<GridPoint> points)
    {
        foreach (var point in points)
            CheckConditions(point, TrialFields.Complete(valuesOfTrial, point.Assignment));
    }

    void CheckConditions(GridPoint point, ImmutableSortedDictionary<string, string> settings)
    {
        foreach (var field in TrialFields.Table.Fields)
        {
            if (field.When is not { } when || settings.GetValueOrDefault(when.Path) is not { Length: > 0 } value)
                continue;
            var isPresent = settings.ContainsKey(field.Path);
            if (isPresent == when.Accepts(value))
                continue;
            var at = PositionOf(isPresent ? field.Path : when.Path, point);
            if (!reported.Add((field.Path, at, !isPresent)))
                continue;
            var message = isPresent
                ? $"only {when.Shown} takes {field.Name}, and the {Noun(when.Path)} is {value}"
                : $"missing: {when.Shown} needs {field.Name}, {field.Kind.Expected}";
            problems.Add(at, field.Path, message + (point.Assignment.IsEmpty ? "" : $" (in the trial {Describe(point.Assignment)})"));
        }
    }

    static string Noun(string path) => path == BaseSettings.DistributionPath ? "base" : path[(path.LastIndexOf('.') + 1)..];

    /// <summary>Among as many trials as a grid may have; without those that have a number of a range.</summary>
    void CheckRepeats(SearchSpace space)
    {
        var swept = space.SweptPaths().ToList();
        var seen = new HashSet<string>();
        foreach (var point in GridSearch.Walk(space).Take(GridSearch.MaxTrials))
        {
            var settings = TrialFields.Complete(valuesOfTrial, point.Assignment);
            if (!seen.Add(Describe(GridSearch.Parameters(settings, swept, point.Assignment))))
                Repeated(point);
        }
    }

    void Repeated(GridPoint point)
    {
        var (parameter, choice) = point.Picks.Last(pick => pick.Parameter.Path != SearchSpace.Replicate);
        problems.Add(
            sources[choice].At,
            parameter.Path,
            $"gives a trial that is already there ({Describe(point.Assignment)}); to repeat trials with other seeds, sweep "
                + $"{SearchSpace.Replicate}"
        );
    }

    /// <summary>Where a trial gets a field from: the choice that sets it, else the template, else nowhere but the trial section
    /// itself.</summary>
    Position PositionOf(string path, GridPoint point)
    {
        if (point.Picks.Find(pick => pick.Choice.Values.ContainsKey(path)).Choice is { } choice)
            return sources[choice].Fields[path];
        return template.TryGetValue(path, out var value) ? value.At : trial;
    }

    static string Describe(ImmutableSortedDictionary<string, string> assignment) =>
        string.Join(", ", assignment.Select(field => $"{field.Key}={field.Value}"));
}
