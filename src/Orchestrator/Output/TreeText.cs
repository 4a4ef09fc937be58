using Orchestrator.Reports.Views;

namespace Orchestrator.Output;

/// <summary>Sweeps under those that they were forked from, in lines.</summary>
static class TreeText
{
    public static IEnumerable<string> Lines(IReadOnlyCollection<SweepOverview> sweeps)
    {
        var names = sweeps.Select(sweep => sweep.Id).ToHashSet();
        var forks = sweeps.ToLookup(sweep => sweep.Fork is { } fork && names.Contains(fork.Sweep) ? fork.Sweep : "");
        return Below("", "");

        IEnumerable<string> Below(string parent, string indent)
        {
            foreach (var sweep in forks[parent])
            {
                yield return $"{indent}{sweep.Id}  {OverviewText.State(sweep)}{Origin(sweep)}";
                foreach (var line in Below(sweep.Id, indent + "  "))
                    yield return line;
            }
        }

        // What stands below its parent says no more than the trial.
        string Origin(SweepOverview sweep) =>
            sweep.Fork is not { } fork ? ""
            : !names.Contains(fork.Sweep) ? $"  {fork}, which is not here"
            : fork.Trial is null ? ""
            : $"  from trial {fork.Trial}, epoch {fork.Epoch}";
    }
}
