using System.Globalization;
using System.Text;

namespace Orchestrator.Chaos;

/// <summary>What was seen, as a page of <c>docs/</c>.</summary>
static class ReliabilityTable
{
    public static string Of(ChaosOptions options, bool links, IReadOnlyList<Record> records, IReadOnlyList<string> problems)
    {
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{records.Count} faults, seed {options.Seed}, sweeps of {options.Trials} trials of {options.Epochs} epochs; 3 coordinators, "
                + $"3 workers, 1 evaluator, PostgreSQL, {(links ? "one network namespace per node, mutual TLS" : "loopback")}; "
                + $"{Environment.ProcessorCount} cores."
        );
        text.AppendLine()
            .AppendLine(
                "| fault | times | noticed, s (median, max) | in the queue again after that, s | under a new lease after that, s | "
                    + "failover, s | training interrupted by it |"
            )
            .AppendLine("|---|--:|--:|--:|--:|--:|--:|");
        foreach (var kind in records.GroupBy(record => record.Fault))
        {
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {kind.Key} | {kind.Count()} | {Seconds(kind.Select(r => r.Noticed))} | {Seconds(kind.Select(r => r.GivenUp))} | "
                    + $"{Seconds(kind.Select(r => r.GoesOn))} | {Seconds(kind.Select(r => r.Failover))} | "
                    + $"{(kind.Any(r => r.Interrupted is not null) ? kind.Sum(r => r.Interrupted ?? 0) : "")} |"
            );
        }

        text.AppendLine();
        if (problems.Count == 0)
            text.AppendLine(
                "Every trial ended exactly once, with the weights of the undisturbed run; no two attempts of a trial held a lease at "
                    + "once; the coordinator's state was the journal's; no process was left behind."
            );
        foreach (var problem in problems)
            text.AppendLine(CultureInfo.InvariantCulture, $"- PROBLEM: {problem}");
        return text.ToString();
    }

    static string Seconds(IEnumerable<TimeSpan?> times)
    {
        var sorted = times.OfType<TimeSpan>().Select(time => time.TotalSeconds).Order().ToList();
        return sorted.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Count / 2]:F1}, {sorted[^1]:F1}");
    }
}
