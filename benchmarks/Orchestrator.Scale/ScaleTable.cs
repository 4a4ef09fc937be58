using System.Globalization;
using System.Text;

namespace Orchestrator.Scale;

/// <param name="Row">What was measured.</param>
/// <param name="Size">Of how many trials, slots, sweeps or tasks.</param>
sealed record Measured(string Row, int Size, double Value);

/// <summary>The table of the page: each figure the median of its runs.</summary>
static class ScaleTable
{
    static readonly (string Row, string What, string Of, string Format, string Target)[] Lines =
    [
        (
            "training",
            "sweep of trials of 1 s, 3 epochs each, on 16 slots, with 4 slots that evaluate: seconds",
            "trials",
            "F1",
            "10,000: ≤ 635 (ideal 625)"
        ),
        ("training-asha", "the same under ASHA, which decides after every epoch: seconds", "trials", "F1", "10,000: ≤ 650"),
        ("training-tpe", "the same, each trial drawn by TPE: seconds", "trials", "F1", "10,000: ≤ 650"),
        ("reports", "epochs reported, kept on disk and confirmed each second", "slots", "N0", "64 slots: ≥ 5,000"),
        (
            "cycle",
            "trials each second, granted, trained in no time, reported and evaluated, by 32 workers and 32 evaluators",
            "trials",
            "N0",
            "≥ 500"
        ),
        (
            "decision-asha",
            "one decision of the last 500 trials of a sweep under ASHA: 99th percentile in microseconds",
            "trials",
            "N0",
            "50,000: ≤ 1.5 × 1,500"
        ),
        ("decision-tpe", "the same of a sweep of TPE", "trials", "N0", "50,000: ≤ 1.5 × 1,500"),
        ("recovery", "reading the journal of a finished sweep, without a snapshot: seconds", "trials", "F2", "50,000: ≤ 20"),
        ("recovery-snapshot", "the same with the snapshot: seconds", "trials", "F2", "50,000: ≤ 5"),
        ("memory", "bytes held for each finished trial", "trials", "N0", "≤ 1,024"),
        ("nodes", "until every slot of nodes of 20 slots trains: seconds, and no node taken for lost", "slots", "F2", "1,000: ≤ 5"),
        (
            "finished",
            "a slot's request until its grant, after so many sweeps that are over: microseconds",
            "sweeps",
            "N0",
            "the same for all"
        ),
        ("sleeping", "beyond the sleep, per task of 0.1 s on 16 slots: milliseconds", "tasks", "F2", "less than both below"),
        ("parallel", "the same by GNU parallel, a process for each task", "tasks", "F2", ""),
        ("dask", "the same by Dask distributed, threads of one worker", "tasks", "F2", ""),
    ];

    public static string Of(IEnumerable<Measured> results)
    {
        var rows = results.GroupBy(result => (result.Row, result.Size)).ToLookup(group => group.Key.Row);
        var page = new StringBuilder("| what | size | median | runs | must reach |\n|---|---|---|---|---|\n");
        foreach (var (row, what, of, format, target) in Lines)
        foreach (var group in rows[row].OrderBy(group => group.Key.Size))
            page.Append(
                CultureInfo.InvariantCulture,
                $"| {what} | {group.Key.Size:N0} {of} | {Median(group).ToString(format, CultureInfo.InvariantCulture)} "
                    + $"| {group.Count()} | {target} |\n"
            );
        return page.ToString();
    }

    static double Median(IEnumerable<Measured> runs)
    {
        var values = runs.Select(run => run.Value).Order().ToList();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
