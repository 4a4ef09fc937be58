using System.Globalization;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Output;

/// <summary>What pruning takes, sweep by sweep.</summary>
static class PruneText
{
    public static IEnumerable<string> Lines(PrunePlan plan)
    {
        if (plan.Sweeps.IsEmpty)
        {
            yield return $"there is nothing to delete; the checkpoints of all sweeps take {ByteSize.Text(plan.LeftBytes)}";
            yield break;
        }

        var width = Math.Max("sweep".Length, plan.Sweeps.Max(row => row.Id.Length));
        yield return $"{"sweep".PadRight(width)}  ended       state      trials         goes        stays";
        foreach (var row in plan.Sweeps)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Id.PadRight(width)}  {row.EndedAt.UtcDateTime:yyyy-MM-dd}  {StatusText.Of(row.State), -9}  {row.Trials, 6}  "
                    + $"{ByteSize.Text(row.FreedBytes), 11}  {ByteSize.Text(row.LeftBytes), 11}"
            );
        yield return $"{ByteSize.Text(plan.FreedBytes)} of checkpoints go, {ByteSize.Text(plan.LeftBytes)} of all sweeps stay";
    }
}
