using System.Collections.Immutable;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What a search knows from the start: the completed configurations of other sweeps.</summary>
public static class Prior
{
    /// <param name="sweep">Whose search it is.</param>
    /// <param name="other">A sweep that it names.</param>
    /// <returns>In the order of its configurations, each with the settings that the search draws.</returns>
    public static IEnumerable<PriorObservation> Of(SweepSpec sweep, SweepState other)
    {
        var drawn = sweep.Space.SweptPaths().ToHashSet();
        for (var configuration = 1; configuration <= other.Configurations.Count; configuration++)
        {
            var trials = other.ReplicatesOf(configuration).ToList();
            if (!trials.TrueForAll(trial => trial is { Status: TrialStatus.Completed, LastReport: not null }))
                continue;
            var value = trials.Average(trial => RungValues.Metric(sweep, trial.LastReport!));
            if (double.IsFinite(value))
                yield return new PriorObservation(
                    TrialFields
                        .Complete(other.Spec.Trial, trials[0].Parameters)
                        .Where(setting => drawn.Contains(setting.Key))
                        .ToImmutableSortedDictionary(),
                    value
                );
        }
    }
}
