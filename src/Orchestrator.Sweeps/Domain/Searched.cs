using System.Collections.Immutable;
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
        && Configurations(sweep) - sweep.InvalidConfigurations < sweep.Spec.Search.Trials
        // Where all are invalid there is no end to them otherwise.
        && sweep.InvalidConfigurations <= sweep.Spec.Search.Trials;

    /// <returns>The trials of the next configuration; those that the file names come first; empty where the search has no more.</returns>
    public static ImmutableArray<SweepEvent> Next(SweepState sweep, DateTimeOffset now)
    {
        var spec = sweep.Spec;
        if (Configurations(sweep) is var begun && begun < spec.Search.Enqueue.Length)
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
        if (sweep.Spec.Space.Replicates + sweep.FirstOf(configuration) - 1 > sweep.Trials.Count)
            return sweep;
        var trials = sweep.ReplicatesOf(configuration).ToList();
        if (!trials.TrueForAll(Rests))
            return sweep;
        history = history.Added(configuration, trials[0].Parameters);
        if (trials.Exists(one => one.Status == TrialStatus.Stopped))
            return sweep with { History = history.Removed(configuration) };
        int? pruned = trials.TrueForAll(one => one.Status == TrialStatus.Completed) ? null : trials.Min(one => one.Epochs);
        return sweep with { History = history.Ended(configuration, trials.Average(one => Value(sweep.Spec, one)), pruned) };
    }

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

    static int Configurations(SweepState sweep) => sweep.Trials.Count / sweep.Spec.Space.Replicates;

    static IEnumerable<ImmutableSortedDictionary<string, string>> Replicates(
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
