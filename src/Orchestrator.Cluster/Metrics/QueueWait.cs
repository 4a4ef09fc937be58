using Orchestrator.Sweeps.Domain;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>Measures how long trials, and checkpoints to evaluate, stay in their queues.</summary>
sealed class QueueWait
{
    readonly Histogram _wait;
    readonly TimeProvider _time;
    readonly Dictionary<(string Sweep, WorkKind Kind, int Trial), long> _since = [];

    // A sweep may have tens of thousands of trials in its queues: only those that something happened to are looked at.
    readonly Dictionary<string, HashSet<int>> _touched = [];

    public QueueWait(Histogram wait, TimeProvider time)
    {
        (_wait, _time) = (wait, time);
        foreach (var kind in Labels.All<WorkKind>())
            wait.WithLabels(kind);
    }

    public void Happened(string sweep, SweepEvent fact)
    {
        if (fact is not ITrialFact { Trial: var trial })
            return;
        if (!_touched.TryGetValue(sweep, out var trials))
            _touched.Add(sweep, trials = []);
        trials.Add(trial);
    }

    /// <param name="before">Null where the sweep was not known here: what it has waiting is counted from now.</param>
    public void Changed(SweepState? before, SweepState after)
    {
        _touched.Remove(after.Spec.Name, out var touched);
        Changed(
            WorkKind.Training,
            before is null ? after.PendingTrials : touched,
            after,
            trial => trial.Status == TrialStatus.Pending,
            trial => trial.Status == TrialStatus.Running
        );
        Changed(
            WorkKind.Evaluation,
            before is null ? after.PendingEvaluations.Select(pending => pending.Trial) : touched,
            after,
            trial => trial.Evaluation == EvaluationStatus.Pending,
            trial => trial.Evaluation == EvaluationStatus.Running
        );
    }

    public void Clear()
    {
        _since.Clear();
        _touched.Clear();
    }

    void Changed(WorkKind kind, IEnumerable<int>? numbers, SweepState state, Func<TrialState, bool> waits, Func<TrialState, bool> isGranted)
    {
        foreach (var trial in (numbers ?? []).Select(state.Trial))
        {
            var key = (state.Spec.Name, kind, trial.Number);
            if (waits(trial))
                _since.TryAdd(key, _time.GetTimestamp());
            else if (_since.Remove(key, out var since) && isGranted(trial))
                _wait.WithLabels(Labels.Of(kind)).Observe(_time.GetElapsedTime(since).TotalSeconds);
        }
    }
}
