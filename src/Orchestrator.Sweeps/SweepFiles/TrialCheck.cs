using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Looks at every trial of the grid: what a trial needs or must not have can depend on several choices at once.</summary>
sealed class TrialCheck(
    IReadOnlyDictionary<string, FieldValue> template,
    IReadOnlyDictionary<Choice, ChoiceSource> sources,
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
    public void Run(SearchSpace space, Position parameters, bool areWellFormed)
    {
        if (GridSearch.Count(space) > GridSearch.MaxTrials)
        {
            var limit = GridSearch.MaxTrials.ToString("N0", CultureInfo.InvariantCulture);
            problems.Add(parameters, SweepFields.Parameters, $"the grid has more than {limit} trials");
            return;
        }

        var swept = space.SweptPaths().ToList();
        var seen = new HashSet<string>();
        foreach (var point in GridSearch.Walk(space))
        {
            var settings = TrialFields.Complete(valuesOfTrial, point.Assignment);
            CheckConditions(point, settings);
            if (areWellFormed && !seen.Add(Describe(GridSearch.Parameters(settings, swept, point.Assignment))))
                Repeated(point);
        }
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
