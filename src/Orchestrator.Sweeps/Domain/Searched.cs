using System.Collections.Immutable;
using System.Text.Json;
using Orchestrator.Sweeps.Scheduling;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What a sweep's search is told of its configurations, and what it gives.</summary>
static class Searched
{
    /// <summary>Configurations are still to come.</summary>
    public static bool HasMore(SweepState sweep) =>
        !sweep.IsSearchOver
        && Left(sweep) > 0
        // Where all are invalid there is no end to them otherwise.
        && sweep.InvalidConfigurations <= sweep.Spec.Search.Trials;

    /// <summary>Configurations that a search is still to draw, if it has so many.</summary>
    public static int Left(SweepState sweep) =>
        sweep.Spec.Search.Trials!.Value - sweep.Configurations.Count + sweep.InvalidConfigurations + sweep.DroppedConfigurations;

    /// <returns>The trials of the next configuration; those that the file names come first; empty where the search has no more.</returns>
    public static ImmutableArray<SweepEvent> Next(SweepState sweep, DateTimeOffset now)
    {
        var spec = sweep.Spec;
        if (sweep.Configurations.Count is var begun && begun < spec.Search.Enqueue.Length)
            return Added(sweep, spec.Search.Enqueue[begun], null, now);
        return Searcher.Next(spec, sweep.History!, sweep.NextPoint) is { } suggestion
            ? Added(sweep, suggestion.Assignment, suggestion.Point, now)
            : [];
    }

    static ImmutableArray<SweepEvent> Added(
        SweepState sweep,
        ImmutableSortedDictionary<string, string> configuration,
        int? point,
        DateTimeOffset now
    ) =>
        [
            .. Replicates(sweep.Spec, configuration)
                .Select((parameters, index) => new TrialAdded(sweep.Trials.Count + 1 + index, parameters) { At = now, Point = point }),
        ];

    public static SweepState Added(SweepState sweep, TrialAdded fact)
    {
        if (sweep.History is not { } history)
            return sweep;
        var configuration = sweep.ConfigurationOf(fact.Trial);
        return sweep with
        {
            NextPoint = fact.Point is { } point ? point + 1 : sweep.NextPoint,
            History = configuration > history.Last ? history.Added(configuration, fact.Parameters) : history,
        };
    }

    /// <summary>A trial rests, for now or for good: its configuration has a value once all of its trials do.</summary>
    public static SweepState Settled(SweepState sweep, int trial)
    {
        if (sweep.History is not { } history || !Rests(sweep.Trial(trial)))
            return sweep;
        var configuration = sweep.ConfigurationOf(trial);
        return sweep with { History = Settled(history, sweep, configuration) };
    }

    static SearchHistory Settled(SearchHistory history, SweepState sweep, int configuration)
    {
        var trials = sweep.ReplicatesOf(configuration).ToList();
        if (!trials.TrueForAll(Rests))
            return history;
        history = history.Added(configuration, trials[0].Parameters);
        if (trials.Exists(one => one.Status == TrialStatus.Stopped))
            return history.Removed(configuration);
        int? pruned = trials.TrueForAll(one => one.Status == TrialStatus.Completed) ? null : trials.Min(one => one.Epochs);
        return history.Ended(configuration, trials.Average(one => Value(sweep.Spec, one)), pruned);
    }

    /// <summary>Both draw from the same configurations.</summary>
    public static bool IsSameSpace(SweepSpec before, SweepSpec after) => Space(before) == Space(after);

    static string Space(SweepSpec spec) =>
        JsonSerializer.Serialize(
            new
            {
                Trial = spec.Trial.Remove(TrainingSettings.EpochsPath).Remove(TrainingSettings.AccumulatePath),
                Parameters = spec.Space.Parameters.Where(parameter => parameter.Path != SearchSpace.Replicate),
                spec.Where,
            },
            OrchestratorJson.Compact
        );

    /// <summary>What the search knows of the trials in a space that has changed; null in a grid.</summary>
    public static SearchHistory? Remembered(SweepState sweep)
    {
        if (sweep.Spec.Search.IsGrid)
            return null;
        var history = SearchHistory.Of(sweep.Spec);
        foreach (var (index, numbers) in sweep.Configurations.Index())
        {
            var first = sweep.Trial(numbers[0]);
            history = first.IsDropped ? history.Passed(index + 1) : Settled(history.Added(index + 1, first.Parameters), sweep, index + 1);
        }

        return history;
    }

    /// <summary>A configuration goes on, and has no value for now.</summary>
    public static SweepState Continued(SweepState sweep, int configuration) =>
        sweep with
        {
            History = sweep.History?.Added(configuration, sweep.ReplicatesOf(configuration).First().Parameters),
        };

    public static SweepState Invalid(SweepState sweep, int trial)
    {
        var isFirst = sweep.ReplicatesOf(sweep.ConfigurationOf(trial)).Count(IsInvalid) == 1;
        return Settled(sweep with { InvalidConfigurations = sweep.InvalidConfigurations + (isFirst ? 1 : 0) }, trial);
    }

    /// <param name="before">The trial as it had failed.</param>
    public static SweepState Retried(SweepState sweep, TrialState before)
    {
        var configuration = sweep.ConfigurationOf(before.Number);
        var wasLast = IsInvalid(before) && !sweep.ReplicatesOf(configuration).Any(IsInvalid);
        return sweep with
        {
            InvalidConfigurations = sweep.InvalidConfigurations - (wasLast ? 1 : 0),
            History = sweep.History?.Added(configuration, before.Parameters),
        };
    }

    public static IEnumerable<ImmutableSortedDictionary<string, string>> Replicates(
        SweepSpec spec,
        ImmutableSortedDictionary<string, string> assignment
    ) =>
        spec.Space.Parameters.FirstOrDefault(parameter => parameter.Path == SearchSpace.Replicate) is { } replicates
            ? replicates.Choices.Select(choice => assignment.SetItems(choice.Values))
            : [assignment];

    static bool IsInvalid(TrialState trial) => trial is { Status: TrialStatus.Failed, End.Cause: AttemptCause.BadSpec };

    static bool Rests(TrialState trial) => trial.Status is not (TrialStatus.Pending or TrialStatus.Running);

    static double Value(SweepSpec spec, TrialState trial) =>
        trial is { Status: not TrialStatus.Failed, LastReport: { } report } ? RungValues.Metric(spec, report) : RungEntry.Worst;
}
