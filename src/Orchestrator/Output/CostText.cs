using Orchestrator.Reports.Tables;
using Orchestrator.Reports.Views;
using static System.FormattableString;

namespace Orchestrator.Output;

/// <summary>What a sweep took, in lines.</summary>
static class CostText
{
    const int LeastWidth = 18;

    public static IEnumerable<string> Lines(SweepCost cost)
    {
        var all = cost.All;
        var width = cost.Rows.Select(row => row.Name.Length).Append(LeastWidth).Max();
        yield return $"{(cost.Id.Length > 0 ? cost.Id : "all sweeps")}: {Sum(all.Total)}";
        foreach (
            var (name, part) in (IEnumerable<(string, CostFigures)>)
                [
                    ("useful", all.Useful),
                    ("lost to crashes", all.LostToCrashes),
                    ("lost to preemption", all.LostToPreemption),
                    ("evaluation", all.Evaluation),
                ]
        )
            yield return $"  {name.PadRight(width)}  {Share(part, all.Total), 5}  {Sum(part)}";
        if (cost.By is null)
            yield break;
        yield return $"by {cost.By}";
        foreach (var row in cost.Rows)
            yield return $"  {row.Name.PadRight(width)}  {Share(row.Total, all.Total), 5}  {Sum(row.Total)}; "
                + $"useful {Share(row.Useful, row.Total)}, lost to crashes {Share(row.LostToCrashes, row.Total)}, "
                + $"to preemption {Share(row.LostToPreemption, row.Total)}, evaluation {Share(row.Evaluation, row.Total)}";
    }

    static string Sum(CostFigures figures) =>
        $"{Amount.Of(TimeSpan.FromSeconds(figures.SlotSeconds))} in slots"
        + (figures.GpuSeconds > 0 ? Invariant($", {figures.GpuSeconds / 3600:F2} GPU-hours") : "")
        + (figures.Cost > 0 ? Invariant($", cost {figures.Cost:F2}") : "");

    static string Share(CostFigures part, CostFigures whole) =>
        whole.SlotSeconds > 0 ? Invariant($"{100 * part.SlotSeconds / whole.SlotSeconds:F0} %") : "0 %";
}
