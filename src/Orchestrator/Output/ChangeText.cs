using System.Collections.Immutable;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using static System.FormattableString;

namespace Orchestrator.Output;

/// <summary>What changing a sweep's file would do, in lines.</summary>
static class ChangeText
{
    const int MostIds = 8;

    public static IEnumerable<string> Lines(ChangePlan plan)
    {
        foreach (var line in plan.Differences)
            yield return $"  {line}";
        if (!plan.Refusals.IsEmpty)
        {
            yield return "This cannot be done:";
            foreach (var line in plan.Refusals)
                yield return $"  {line}";
            yield break;
        }

        if (!plan.Changes)
        {
            yield return $"{plan.Id} is what the file says: there is nothing to do.";
            yield break;
        }

        yield return Row("kept", plan.Kept);
        yield return Row("continued", plan.Continued);
        yield return Invariant(
            $"new            {plan.New}{(plan.ToDraw > 0 ? Invariant($", and {plan.ToDraw} that the search draws") : "")}"
        );
        yield return Row("dropped", plan.Dropped, "what they came to is kept");
        if (!plan.Restored.IsEmpty)
            yield return Row("in again", plan.Restored);
        if (!plan.EvaluatedAgain.IsEmpty)
            yield return Row("scored again", plan.EvaluatedAgain);
        yield return Invariant($"to train       at most {plan.Epochs} epochs, {plan.Evaluations} evaluations{Time(plan)}{Disk(plan)}");
        if (plan.NeedsSchedule)
            yield return $"The cosine of the learning rate depends on the last epoch: say --schedule {ScheduleChoices.Expected}";
    }

    /// <summary>The same in one sentence.</summary>
    public static string Would(ChangePlan plan) =>
        plan.Refusals.IsEmpty
            ? Invariant(
                $"To apply this one would keep {plan.Kept.Length} trials, continue {plan.Continued.Length}, add {plan.New + plan.ToDraw}, "
            ) + Invariant($"drop {plan.Dropped.Length} and evaluate {plan.EvaluatedAgain.Length} again.")
            : $"It cannot become this one: {string.Join("; ", plan.Refusals)}.";

    static string Row(string what, ImmutableArray<string> trials, string more = "")
    {
        var ids = string.Join(" ", trials.Take(MostIds)) + (trials.Length > MostIds ? " …" : "");
        return Invariant(
            $"{what, -14} {trials.Length}{(trials.IsEmpty ? "" : $"  {ids}")}{(trials.IsEmpty || more == "" ? "" : $"; {more}")}"
        );
    }

    static string Time(ChangePlan plan) =>
        plan.SlotSeconds is { } seconds and > 0 ? $"; about {TimeLeftText.Of(TimeSpan.FromSeconds(seconds))} of one slot" : "";

    static string Disk(ChangePlan plan) => plan.DiskBytes is { } bytes and > 0 ? $"; up to {ByteSize.Text(bytes)} of checkpoints" : "";
}
