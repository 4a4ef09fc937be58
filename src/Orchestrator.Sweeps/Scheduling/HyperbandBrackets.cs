using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Scheduling;

/// <summary>Hyperband's brackets: bracket s leaves out all but the last s + 1 levels, so that it gives more to each of fewer
/// configurations.</summary>
/// <remarks>Li et al., Hyperband, JMLR 2018, arXiv 1603.06560. A configuration's bracket is drawn from its number, with shares in
/// proportion to reduction^s / (s + 1), which are those of Hyperband's own numbers of configurations.</remarks>
public static class HyperbandBrackets
{
    /// <returns>s, from 0 (one level, all epochs) to levels - 1 (all levels).</returns>
    public static int Of(SweepSpec spec, int configuration)
    {
        var levels = Levels.Of(spec).Length;
        var left = Seed.Derive(spec.Seed, "bracket", configuration) / Math.Pow(2, 63) * Enumerable.Range(0, levels).Sum(Share);
        var bracket = 0;
        while (bracket < levels - 1 && (left -= Share(bracket)) >= 0)
            bracket++;
        return bracket;

        double Share(int s) => Math.Pow(spec.Scheduler.Reduction, s) / (s + 1);
    }
}
