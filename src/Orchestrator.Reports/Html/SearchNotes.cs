using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Scheduling;
using Orchestrator.Sweeps.Specs;
using static System.FormattableString;

namespace Orchestrator.Reports.Html;

/// <summary>How trials were found, and which of them were trained and evaluated, in the words of the sweep file: enough to do it
/// again.</summary>
static class SearchNotes
{
    public static IEnumerable<(string Name, string Text)> Of(SweepState state)
    {
        yield return ("Search", Search(state));
        yield return ("Scheduler", Scheduler(state));
        yield return ("Evaluated", Evaluated(state.Spec.Evaluation));
    }

    static string Search(SweepState state)
    {
        var search = state.Spec.Search;
        var replicates = state.Spec.Space.Replicates;
        IEnumerable<string?> parts =
        [
            search.IsGrid
                ? Invariant($"{search.Algorithm}: {Figure.Count(state.PlannedTrials)} trials, every combination of the values")
                : Invariant($"{search.Algorithm}: trials {search.Trials}"),
            .. search.Algorithm == KnownNames.Tpe
                ? [Invariant($"start {search.Start}"), Invariant($"start_trials {search.StartTrials}"), $"preset {search.Preset}"]
                : Array.Empty<string>(),
            search.Prior.IsEmpty ? null : $"prior {string.Join(", ", search.Prior)}",
            search.Enqueue.IsEmpty ? null : Invariant($"enqueued {search.Enqueue.Length}"),
            replicates > 1 ? Invariant($"replicates {replicates}") : null,
            state.Spec.Where.IsEmpty ? null : $"where {string.Join("; ", state.Spec.Where)}",
            Invariant($"seed {state.Spec.Seed}"),
        ];
        return Sentence(parts);
    }

    static string Scheduler(SweepState state)
    {
        var scheduler = state.Spec.Scheduler;
        if (scheduler.Algorithm == SchedulerSpec.None)
            return "none: every trial trains to its last epoch.";
        IEnumerable<string?> parts =
        [
            scheduler.HasRungs ? $"{scheduler.Algorithm}: mode {scheduler.Mode}" : scheduler.Algorithm,
            $"metric {scheduler.Metric}",
            Invariant($"min_epochs {scheduler.MinEpochs}"),
            scheduler.HasRungs ? Invariant($"max_epochs {Levels.Of(state.Spec)[^1]}") : null,
            scheduler.HasRungs ? Invariant($"reduction {scheduler.Reduction}") : null,
            scheduler.StratifyBy is { } path ? $"stratify_by {path}" : null,
            scheduler.MinRungPopulation > 1 ? Invariant($"min_rung_population {scheduler.MinRungPopulation}") : null,
            scheduler.Refine is { } refine ? Invariant($"refine {refine.Metric} from_rung {refine.FromRung}") : null,
        ];
        return Sentence(parts);
    }

    static string Evaluated(EvaluationSpec evaluation) =>
        $"when {evaluation.When}: "
        + evaluation.When switch
        {
            EvaluationChoice.Completed => "trials that are trained to their end.",
            EvaluationChoice.Rungs => "trials that are trained to their end, and each trial at each rung.",
            EvaluationChoice.Pruned => "trials that are trained to their end, and those that the scheduler gave up.",
            _ => "so many of the trials that are trained to their end, the best on the validation split.",
        };

    static string Sentence(IEnumerable<string?> parts) => string.Join(", ", parts.OfType<string>()) + ".";
}
