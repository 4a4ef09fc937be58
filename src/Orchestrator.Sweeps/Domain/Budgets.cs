using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>How much of a sweep's budget is left. All of it follows from the times in the journal: who restarts, crashes, pauses or makes
/// way neither resets it nor burns it.</summary>
/// <remarks>
/// Training ends while there is still as much left as the evaluations of what is trained are expected to take, so that there is a scored
/// best. An evaluation is expected to take what those before it did on average, the whole never more than half of the budget; before the
/// first, ten minutes, the whole never more than a tenth.
/// Once all is used up, nothing more begins, but for evaluations until one is scored. So a budget is exceeded at most by what its leases
/// take from then on that hold at that moment: those that train until they have left, and evaluations until they are done.
/// </remarks>
public static class Budgets
{
    const double UnknownEvaluationHours = 1 / 6.0,
        MostKeptBackUnknown = 0.1,
        MostKeptBack = 0.5;

    /// <returns>Why no more is trained; null where there is something left for it.</returns>
    public static AttemptEnd? Reached(SweepState sweep, DateTimeOffset now) =>
        LimitsOf(sweep, now).FirstOrDefault(limit => limit.Used >= limit.Total - limit.KeptBack) is { Path: { } path } reached
            ? new AttemptEnd(AttemptCause.Budget, $"{path} of {sweep.Budget.Values[path]} {Words(reached)}")
            : null;

    /// <returns>What is wrong with a budget that begins now; null where nothing is.</returns>
    public static string? Past(SweepBudget budget, DateTimeOffset now) =>
        budget.Until <= now ? $"{SweepBudget.UntilPath}: {budget.Values[SweepBudget.UntilPath]} is over already" : null;

    /// <summary>Nothing is left, not for evaluations either.</summary>
    public static bool IsUsedUp(SweepState sweep, DateTimeOffset now) => LimitsOf(sweep, now).Any(limit => limit.Used >= limit.Total);

    /// <returns>Why the trial trains no more; null where it may.</returns>
    /// <param name="trained">Under leases that ended, and under the one that it has.</param>
    public static AttemptEnd? OutOfTime(SweepState sweep, TimeSpan trained) =>
        sweep.Budget.TrialHours is { } most && trained.TotalHours >= most
            ? new AttemptEnd(
                AttemptCause.TimeLimit,
                $"{SweepBudget.TrialHoursPath} of {sweep.Budget.Values[SweepBudget.TrialHoursPath]} is used up"
            )
            : null;

    /// <summary>The limits of a sweep, in hours or in the currency of the prices; none where it has none.</summary>
    public static IEnumerable<BudgetLimit> LimitsOf(SweepState sweep, DateTimeOffset now)
    {
        var budget = sweep.Budget;
        if (budget with { TrialHours = null } == SweepBudget.Unlimited)
            return [];
        var (spent, toCome) = (sweep.SpentUntil(now), EvaluationsOf(sweep));
        var total = spent.Total;
        var hourly = total.Slot > TimeSpan.Zero ? 1 / total.Slot.TotalHours : 0;
        var evaluations = sweep.Spent.Evaluation;
        return
        [
            .. Limit(SweepBudget.GpuHoursPath, budget.GpuHours, total.GpuSeconds / 3600, evaluations.GpuSeconds / 3600, toCome, 1),
            .. Limit(SweepBudget.SlotHoursPath, budget.SlotHours, total.Slot.TotalHours, evaluations.Slot.TotalHours, toCome, 1),
            .. Limit(SweepBudget.CostPath, budget.Cost, total.Cost, evaluations.Cost, toCome, total.Cost * hourly),
            .. Limit(
                SweepBudget.UntilPath,
                (budget.Until - sweep.SubmittedAt)?.TotalHours,
                (now - sweep.SubmittedAt).TotalHours,
                evaluations.Slot.TotalHours,
                Math.Ceiling(toCome / Math.Max(1.0, sweep.MostEvaluations)),
                1
            ),
        ];

        IEnumerable<BudgetLimit> Limit(string path, double? limit, double used, double evaluated, double count, double ofAnHour)
        {
            if (limit is not { } total)
                yield break;
            var keptBack =
                sweep.Scored > 0
                    ? Math.Min(count * evaluated / sweep.Scored, MostKeptBack * total)
                    : Math.Min(count * UnknownEvaluationHours * ofAnHour, MostKeptBackUnknown * total);
            yield return new BudgetLimit(path, total, used, keptBack);
        }
    }

    /// <summary>Evaluations that there would be if no more were trained.</summary>
    static int EvaluationsOf(SweepState sweep)
    {
        var queued = sweep.PendingEvaluations.Count + sweep.Leases.Values.Count(held => held.Lease.Kind == WorkKind.Evaluation);
        var begun = sweep.Count(TrialStatus.Running) + sweep.PendingTrials.Count(number => sweep.Trial(number).Attempts > 0);
        return queued + Math.Min(begun, EvaluationChoice.BestOf(sweep.Spec.Evaluation) ?? begun);
    }

    static string Words(BudgetLimit limit) =>
        limit.Path == SweepBudget.UntilPath
            ? "is near: what is left is for evaluations"
            : "is used up, but for what is kept back for evaluations";
}

/// <summary>One bound of a budget, in hours or in the currency of the prices.</summary>
/// <param name="Used">Until now; of <c>budget.until</c> the time since the sweep was submitted.</param>
/// <param name="KeptBack">What the evaluations to come are expected to take.</param>
public readonly record struct BudgetLimit(string Path, double Total, double Used, double KeptBack);
