using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;

namespace Orchestrator.Cluster.Metrics;

/// <summary>The epochs of each trial: they may be a swept parameter, and do not change once a trial is there.</summary>
sealed class PlannedEpochs
{
    readonly Dictionary<string, ImmutableArray<int>> _known = [];

    public ImmutableArray<int> Of(SweepState sweep)
    {
        if (_known.TryGetValue(sweep.Spec.Name, out var known) && known.Length == sweep.Trials.Count)
            return known;
        return _known[sweep.Spec.Name] = [.. sweep.Trials.Select(trial => Epochs(sweep, trial))];
    }

    public void Clear() => _known.Clear();

    static int Epochs(SweepState sweep, TrialState trial) => TrialFactory.Epochs(sweep.Spec, trial.Parameters);
}
