using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Scheduling;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using static System.FormattableString;

namespace Orchestrator.Run;

/// <summary>Whether a budget has room for one trial of its sweep, up to its first rung where there are any, and the trial's
/// evaluation.</summary>
static class BudgetFit
{
    /// <param name="secondsPerEpoch">Null where it is not known; then only times that are over are found.</param>
    /// <param name="evaluation">Seconds; 0 where they are not known.</param>
    /// <param name="hasGpu">Whether there is one here.</param>
    /// <exception cref="CommandException">It has not: says what would.</exception>
    public static void Require(SweepSpec spec, double? secondsPerEpoch, double evaluation, bool hasGpu, DateTimeOffset now)
    {
        if (Budgets.Past(spec.Budget, now) is { } past)
            throw new CommandException(ExitCode.BadCall, past);
        if (secondsPerEpoch is not { } epoch)
            return;
        var epochs = spec.Scheduler.HasRungs ? Levels.Of(spec)[0] : TrialFactory.Epochs(spec, null);
        var hours = (epochs * epoch + evaluation) / 3600;
        var what = Invariant(
            $"one trial and its evaluation, which take about {hours:G3} h ({epochs} epochs of {epoch:G3} s, and {evaluation:G3} s)"
        );
        if (spec.Budget.SlotHours < hours)
            throw TooLittle(SweepBudget.SlotHoursPath, Invariant($"{hours:G3}"));
        if (hasGpu && spec.Budget.GpuHours < hours * spec.Resources.GpuFraction)
            throw TooLittle(SweepBudget.GpuHoursPath, Invariant($"{hours * spec.Resources.GpuFraction:G3}"));
        if (spec.Budget.Until < now.AddHours(hours))
            throw TooLittle(SweepBudget.UntilPath, Invariant($"{now.AddHours(hours).UtcDateTime:yyyy-MM-dd'T'HH:mm'Z'}"));

        CommandException TooLittle(string path, string enough) =>
            new(
                ExitCode.BadCall,
                $"{path}: {spec.Budget.Values[path]} has no room for {what}; {enough} would do for one\nNothing was started."
            );
    }

    /// <summary>What of a budget does not count here.</summary>
    public static IEnumerable<string> Notes(SweepBudget budget, bool hasGpu)
    {
        if (budget.GpuHours is not null && !hasGpu)
            yield return $"{SweepBudget.GpuHoursPath} never counts on CPU cores, and here is no GPU: {SweepBudget.SlotHoursPath} does";
        if (budget.Cost is not null)
            yield return $"{SweepBudget.CostPath} counts on nodes that have prices; sweep run has none";
    }
}
