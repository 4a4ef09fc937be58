using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Looks at what <c>search</c>, <c>fork</c>, <c>scheduler</c> and <c>evaluation.when</c> say together, and with the
/// trials.</summary>
/// <param name="given">What the file says outside trials.</param>
/// <param name="trial">What it says that every trial starts from.</param>
sealed class SearchCheck(
    IReadOnlyDictionary<string, FieldValue> given,
    IReadOnlyDictionary<string, FieldValue> trial,
    SearchSpace space,
    ProblemList problems
)
{
    public void Run(Position root)
    {
        if (Text("search.algorithm") == KnownNames.Grid)
            Refuse("search.", path => path != "search.algorithm", "a grid has its trials from parameters; only random, sobol and tpe take");
        else
            CheckSearch(root);
        if (Text("search.algorithm") != KnownNames.Tpe)
            Refuse("search.", path => path is not ("search.algorithm" or SweepFields.SearchTrials), "only tpe takes");
        if (given.TryGetValue("search.prior", out var prior) && prior.Text.Split(',').Contains(Text("name")))
            problems.Add(prior.At, "search.prior", "a sweep cannot know its own trials from the start");
        CheckFork();
        CheckScheduler();
        CheckEvaluation();
    }

    void CheckFork()
    {
        if (given.TryGetValue(ForkSpec.TrialPath, out var trial) && !given.ContainsKey(ForkSpec.SweepPath))
            problems.Add(trial.At, ForkSpec.SweepPath, "missing: expected the name of the sweep that has the trial");
        if (given.TryGetValue(ForkSpec.SweepPath, out var sweep) && sweep.Text == Text("name"))
            problems.Add(sweep.At, ForkSpec.SweepPath, "a sweep cannot be forked from itself: give this one another name");
    }

    void CheckSearch(Position root)
    {
        if (!given.ContainsKey(SweepFields.SearchTrials))
            problems.Add(
                At("search.algorithm", root),
                SweepFields.SearchTrials,
                $"missing: {Text("search.algorithm")} needs the number of configurations to try"
            );
        if (Number(SweepFields.SearchTrials) is { } trials && trials * space.Replicates > SweepFields.MostTrials)
            problems.Add(
                given[SweepFields.SearchTrials].At,
                SweepFields.SearchTrials,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{trials} configurations of {space.Replicates} replicates are more than {SweepFields.MostTrials:N0} trials"
                )
            );
        var sequence = Text("search.algorithm") == KnownNames.Tpe ? "search.start" : "search.algorithm";
        if (Text(sequence) == KnownNames.Sobol && SobolSequence.Fault(space) is { } fault)
            problems.Add(At(sequence, At("search.algorithm", root)), sequence, fault);
    }

    void CheckScheduler()
    {
        var algorithm = Text(SweepFields.SchedulerAlgorithm);
        if (algorithm == SchedulerSpec.None)
        {
            Refuse("scheduler.", path => path != SweepFields.SchedulerAlgorithm, "without a scheduler.algorithm nothing takes");
            return;
        }

        var hasRungs = algorithm is SchedulerSpec.Asha or SchedulerSpec.Hyperband;
        if (!hasRungs)
            Refuse(
                "scheduler.",
                path =>
                    path is "scheduler.mode" or "scheduler.reduction" or "scheduler.min_rung_population"
                    || path.StartsWith("scheduler.refine", StringComparison.Ordinal),
                $"{algorithm} has no rungs; only asha and hyperband take"
            );
        CheckEpochs(hasRungs);
        if (Text(SweepFields.StratifyBy) is { Length: > 0 } stratum && !space.HasChoiceOf(stratum))
            problems.Add(
                given[SweepFields.StratifyBy].At,
                SweepFields.StratifyBy,
                $"{stratum} is no choice under parameters, so all trials would be in one stratum"
            );
        if (given.TryGetValue(SweepFields.RefineMetric, out var refine) && Text(SweepFields.SchedulerMode) != SchedulerSpec.Promote)
            problems.Add(refine.At, SweepFields.RefineMetric, "a trial waits for its score only where mode is promote");
    }

    void CheckEpochs(bool hasRungs)
    {
        if (
            given.TryGetValue(SweepFields.SchedulerMaxEpochs, out var max) && trial.TryGetValue(TrainingSettings.EpochsPath, out var epochs)
        )
        {
            if (max.Text != epochs.Text)
                problems.Add(
                    max.At,
                    SweepFields.SchedulerMaxEpochs,
                    $"trial sets {TrainingSettings.EpochsPath} to {epochs.Text} at {epochs.At}: say one of them, or the same"
                );
        }

        if (hasRungs && space.SweptPaths().Contains(TrainingSettings.EpochsPath))
            problems.Add(
                given[SweepFields.SchedulerAlgorithm].At,
                SweepFields.SchedulerAlgorithm,
                $"rungs are the same for all trials, and parameters sweeps {TrainingSettings.EpochsPath}"
            );
        var most = Number(SweepFields.SchedulerMaxEpochs) ?? int.Parse(Trial(TrainingSettings.EpochsPath), CultureInfo.InvariantCulture);
        if (Number("scheduler.min_epochs") is { } least && least > most)
            problems.Add(
                given["scheduler.min_epochs"].At,
                "scheduler.min_epochs",
                string.Create(CultureInfo.InvariantCulture, $"{least} is more than the {most} epochs that a trial has at most")
            );
    }

    void CheckEvaluation()
    {
        if (!given.TryGetValue(SweepFields.EvaluationWhen, out var when))
            return;
        var promotes =
            Text(SweepFields.SchedulerAlgorithm) is SchedulerSpec.Asha or SchedulerSpec.Hyperband
            && Text(SweepFields.SchedulerMode) == SchedulerSpec.Promote;
        if (when.Text == EvaluationChoice.Rungs && !promotes)
            problems.Add(when.At, SweepFields.EvaluationWhen, "there are checkpoints at rungs only where a scheduler's mode is promote");
        if (when.Text == EvaluationChoice.Pruned && Text(SweepFields.SchedulerAlgorithm) == SchedulerSpec.None)
            problems.Add(when.At, SweepFields.EvaluationWhen, "without a scheduler no trial is given up");
    }

    void Refuse(string section, Func<string, bool> isRefused, string why)
    {
        foreach (var (path, value) in given.Where(field => field.Key.StartsWith(section, StringComparison.Ordinal) && isRefused(field.Key)))
            problems.Add(value.At, path, $"{why} {path[section.Length..]}");
    }

    string Text(string path) => given.GetValueOrDefault(path)?.Text ?? SweepFields.Table.Find(path)!.Default ?? "";

    string Trial(string path) => trial.GetValueOrDefault(path)?.Text ?? TrialFields.Table.Find(path)!.Default!;

    int? Number(string path) => given.TryGetValue(path, out var value) ? int.Parse(value.Text, CultureInfo.InvariantCulture) : null;

    Position At(string path, Position otherwise) => given.TryGetValue(path, out var value) ? value.At : otherwise;
}
