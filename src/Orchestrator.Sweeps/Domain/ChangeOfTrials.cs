using System.Collections.Immutable;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using static System.FormattableString;

namespace Orchestrator.Sweeps.Domain;

/// <summary>Finds the trials of a changed file among those that there are.</summary>
sealed class ChangeOfTrials
{
    /// <summary>A trial may train longer, and a batch be computed in more parts, and it is still the same trial.</summary>
    static readonly ImmutableArray<string> Extent = [TrainingSettings.EpochsPath, TrainingSettings.AccumulatePath];

    static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary<string, string>.Empty;

    readonly SweepState state;
    readonly SweepSpec before,
        after;
    readonly ChangeSpec command;

    // In these fields the file's trials may differ from each other.
    readonly HashSet<string> swept;
    readonly bool isScoredAlike;

    public ChangeOfTrials(SweepState state, ChangeSpec command)
    {
        (this.state, this.command) = (state, command);
        (before, after) = (state.Spec, command.Spec);
        swept = [.. before.Space.SweptPaths(), .. after.Space.SweptPaths()];
        isScoredAlike = IsScoredAlike(before, after);
    }

    /// <summary>Evaluations of both give the same scores of the same checkpoint.</summary>
    public static bool IsScoredAlike(SweepSpec before, SweepSpec after) =>
        SpecDifference.Between(before with { Evaluation = after.Evaluation with { When = before.Evaluation.When } }, before).Count == 0;

    public SweepChange Put(SweepChange change)
    {
        var (given, missing) = after.Search.IsGrid ? Enumerated() : Drawn();
        var kept = state.Trials.Where(trial => given.ContainsKey(trial.Number)).ToList();
        if (kept.Find(IsCutShort) is { } begun)
            return Refused(
                change,
                Invariant(
                    $"training.epochs: trial {begun.Id} has begun with {Ladders.TrialEpochs(before, begun)}, and none can be taken back: "
                ) + ChangeRefusals.Fork
            );
        if (state.Trials.Count + missing.Count > SweepFields.MostTrials)
            return Refused(change, Invariant($"parameters: {state.Trials.Count} trials and {missing.Count} new ones are too many"));
        var dropped = state.Trials.Where(trial => !given.ContainsKey(trial.Number)).ToList();
        var goes = kept.Where(Rests).Concat(kept.Where(trial => !Rests(trial) && Beyond(trial) != trial.Beyond)).ToList();
        var recalled = kept.Where(trial => trial.Status == TrialStatus.Running && IsOfOtherLength(trial)).ToList();
        var continued = goes.Union(recalled).Select(trial => trial.Number).Order().ToImmutableArray();
        change = change with
        {
            Kept = [.. kept.Select(trial => trial.Number).Except(continued)],
            Continued = continued,
            New = [.. missing],
            Dropped = Numbers(dropped.Where(trial => !trial.IsDropped)),
            Restored = Numbers(kept.Where(trial => trial.IsDropped)),
            Restated =
            [
                .. from trial in state.Trials
                let parameters = given.GetValueOrDefault(trial.Number) ?? InFull(trial)
                where !parameters.SequenceEqual(trial.Parameters)
                select (trial.Number, parameters),
            ],
            EvaluatedAgain = Numbers(kept.Except(goes).Where(IsToBeScored)),
            Goes = [.. goes.OrderBy(trial => trial.Number).Select(trial => (trial.Number, Beyond(trial)))],
            Recalled = Numbers(recalled),
            AsksForSchedule = command.Beyond is null && kept.Any(DependsOnEnd),
            SearchesOn = SearchesOn(dropped),
        };
        change = change.SearchesOn ? change with { ToDraw = ToDraw(dropped, missing) } : change;
        change = change with
        {
            EpochsToTrain =
                goes.Union(recalled).Sum(trial => (long)Goal(trial) - trial.Epochs)
                + missing.Sum(one => (long)TrialFactory.Epochs(after, one.Parameters.GetValueOrDefault(TrainingSettings.EpochsPath)))
                + change.ToDraw * (long)TrialFactory.Epochs(after, null),
        };
        return change with
        {
            IsNothing =
                change.Differences.IsEmpty
                && command.File == state.File
                && change
                    is {
                        Continued.IsEmpty: true,
                        New.IsEmpty: true,
                        Dropped.IsEmpty: true,
                        Restored.IsEmpty: true,
                        EvaluatedAgain.IsEmpty: true,
                        SearchesOn: false,
                    },
        };

        int Goal(TrialState trial) => TrialFactory.Epochs(after, given[trial.Number].GetValueOrDefault(TrainingSettings.EpochsPath));

        bool IsCutShort(TrialState trial) =>
            trial.Epochs > Goal(trial)
            || trial is { Attempts: > 0, Status: not (TrialStatus.Completed or TrialStatus.Pruned) }
                && Goal(trial) < Ladders.TrialEpochs(before, trial);

        bool IsOfOtherLength(TrialState trial) => Goal(trial) != Ladders.TrialEpochs(before, trial);

        // What failed is tried again by another command, and what the scheduler gave up stays so.
        bool Rests(TrialState trial) =>
            trial is { Status: TrialStatus.Stopped, End: not { Cause: AttemptCause.TimeLimit } }
            || (trial.Status == TrialStatus.Completed && Goal(trial) > trial.Epochs);

        bool DependsOnEnd(TrialState trial) =>
            trial.Attempts > 0
            && IsOfOtherLength(trial)
            && trial.Status is not (TrialStatus.Failed or TrialStatus.Pruned)
            && state.SpecOf(trial).Settings.Training is { Schedule: TrainingSettings.Cosine }
            && TrialFields.Complete(before.Trial, trial.Parameters)[TrainingSettings.CosineHoldPath] == "0";

        ScheduleBeyondEnd? Beyond(TrialState trial) =>
            !DependsOnEnd(trial) ? trial.Beyond
            : command.Beyond is (ScheduleChoice.Restart or ScheduleChoice.Keep) and var how
                ? new ScheduleBeyondEnd(how, Ladders.TrialEpochs(before, trial))
            : null;
    }

    static SweepChange Refused(SweepChange change, string why) => change with { Refusals = [why] };

    static ImmutableArray<int> Numbers(IEnumerable<TrialState> trials) => [.. trials.Select(trial => trial.Number)];

    bool IsToBeScored(TrialState trial) =>
        !trial.HasCheckpoint ? false
        : trial.Evaluation is EvaluationStatus.Completed or EvaluationStatus.Failed or EvaluationStatus.Running ? !isScoredAlike
        : trial is { Status: TrialStatus.Completed, Evaluation: EvaluationStatus.None }
            && EvaluationChoice.BestOf(after.Evaluation) is null;

    /// <summary>The search has more to give than it had; one that somebody stopped goes on.</summary>
    bool SearchesOn(List<TrialState> dropped) =>
        after.Search.Trials is { } wanted
        && Missing(dropped) > 0
        && (state.Status == SweepStatus.Stopped || wanted > before.Search.Trials || !Searched.IsSameSpace(before, after));

    /// <returns>Configurations that the search is still to give.</returns>
    int Missing(List<TrialState> dropped)
    {
        var gone = dropped.Select(trial => trial.Number).ToHashSet();
        return after.Search.Trials!.Value
            + state.InvalidConfigurations
            - state.Configurations.Count(numbers => !numbers.All(gone.Contains));
    }

    int ToDraw(List<TrialState> dropped, List<NewTrial> missing)
    {
        var configurations = missing
            .Where(one => one.Configuration is null)
            .DistinctBy(one => KeyOf(after, one.Parameters.Remove(SearchSpace.Replicate)))
            .Count();
        return Math.Max(0, Missing(dropped) - configurations) * after.Space.Replicates;
    }

    /// <returns>The parameters of those trials that there are and that the file gives, and the file's other trials.</returns>
    (Dictionary<int, ImmutableSortedDictionary<string, string>> Given, List<NewTrial> Missing) Enumerated()
    {
        var (given, missing) = (
            new Dictionary<int, ImmutableSortedDictionary<string, string>>(),
            new List<ImmutableSortedDictionary<string, string>>()
        );
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var trial in state.Trials)
            numbers.TryAdd(KeyOf(before, trial.Parameters), trial.Number);
        foreach (var parameters in GridSearch.Enumerate(after))
        {
            if (numbers.TryGetValue(KeyOf(after, parameters), out var number))
                given[number] = parameters;
            else
                missing.Add(parameters);
        }

        return (given, WithConfigurations(given, missing));
    }

    /// <inheritdoc cref="Enumerated"/>
    (Dictionary<int, ImmutableSortedDictionary<string, string>> Given, List<NewTrial> Missing) Drawn()
    {
        var (given, dimensions, paths, allows) = (
            new Dictionary<int, ImmutableSortedDictionary<string, string>>(),
            SearchDimensions.Of(after),
            after.Space.SweptPaths().ToList(),
            after.Allows()
        );
        var replicates = Searched.Replicates(after, None).Select(one => one.GetValueOrDefault(SearchSpace.Replicate)).ToList();
        foreach (var trial in state.Trials)
        {
            var settings = TrialFields.Complete(before.Trial, trial.Parameters);
            var replicate = trial.Parameter(SearchSpace.Replicate) ?? TrialFields.Replicate.Default!;
            var parameters = GridSearch.Parameters(settings, paths, None);
            if (replicates is not [null])
                parameters = parameters.Add(SearchSpace.Replicate, replicate);
            var coordinates = dimensions.CoordinatesOf(settings);
            if (
                replicates.Contains(replicates is [null] && replicate == TrialFields.Replicate.Default ? null : replicate)
                && dimensions.Outer.All(dimension => coordinates[dimension.Index] is not null)
                && KeyOf(after, parameters) == KeyOf(before, trial.Parameters)
                && allows(parameters)
            )
                given[trial.Number] = parameters;
        }

        var there = given.Values.Select(parameters => KeyOf(after, parameters)).ToHashSet();
        var missing = after
            .Search.Enqueue.Concat(given.Values.Select(parameters => parameters.Remove(SearchSpace.Replicate)))
            .SelectMany(configuration => Searched.Replicates(after, configuration))
            .Where(parameters => there.Add(KeyOf(after, parameters)))
            .ToList();
        return (given, WithConfigurations(given, missing));
    }

    /// <summary>More replicates of what the scheduler gave up would not be trained either.</summary>
    List<NewTrial> WithConfigurations(
        Dictionary<int, ImmutableSortedDictionary<string, string>> given,
        IEnumerable<ImmutableSortedDictionary<string, string>> missing
    )
    {
        var configurations = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (number, parameters) in given)
            configurations.TryAdd(KeyOf(after, parameters.Remove(SearchSpace.Replicate)), state.Trial(number).Configuration);
        return
        [
            .. from parameters in missing
            let configuration = configurations.TryGetValue(KeyOf(after, parameters.Remove(SearchSpace.Replicate)), out var known)
                ? known
                : (int?)null
            where configuration is null || state.ReplicatesOf(configuration.Value).All(trial => trial.PrunedAt is null)
            select new NewTrial(parameters, configuration),
        ];
    }

    /// <summary>What makes a trial the one that it is.</summary>
    string KeyOf(SweepSpec spec, ImmutableSortedDictionary<string, string> parameters)
    {
        var settings = TrialFields.Complete(spec.Trial, parameters);
        var replicate = parameters.GetValueOrDefault(SearchSpace.Replicate, TrialFields.Replicate.Default!);
        return string.Join(
            '\n',
            settings
                .Where(setting => !Extent.Contains(setting.Key) || swept.Contains(setting.Key))
                .Select(setting => $"{setting.Key}={setting.Value}")
                .Prepend(replicate)
        );
    }

    /// <returns>The parameters that give the trial's settings also with the template of the changed file.</returns>
    ImmutableSortedDictionary<string, string> InFull(TrialState trial)
    {
        var settings = TrialFields.Complete(before.Trial, trial.Parameters);
        var parameters = trial.Parameters.SetItems(settings.Except(TrialFields.Complete(after.Trial, trial.Parameters)));
        return TrialFields.Complete(after.Trial, parameters).SequenceEqual(settings) ? parameters : trial.Parameters.SetItems(settings);
    }
}
