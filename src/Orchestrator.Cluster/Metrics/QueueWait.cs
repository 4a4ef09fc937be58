using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>Measures how long trials, and checkpoints to evaluate, stay in their queues.</summary>
sealed class QueueWait
{
    readonly Histogram _wait;
    readonly TimeProvider _time;
    readonly Dictionary<(string Sweep, WorkKind Kind, int Trial), long> _since = [];

    public QueueWait(Histogram wait, TimeProvider time)
    {
        (_wait, _time) = (wait, time);
        foreach (var kind in Labels.All<WorkKind>())
            wait.WithLabels(kind);
    }

    /// <param name="before">Null where the sweep was not known here: what it has waiting is counted from now.</param>
    public void Changed(SweepState? before, SweepState after)
    {
        Changed(WorkKind.Training, before?.PendingTrials ?? [], after.PendingTrials, after, trial => trial.Status == TrialStatus.Running);
        Changed(
            WorkKind.Evaluation,
            before?.PendingEvaluations ?? [],
            after.PendingEvaluations,
            after,
            trial => trial.Evaluation == EvaluationStatus.Running
        );
    }

    public void Clear() => _since.Clear();

    void Changed(
        WorkKind kind,
        ImmutableSortedSet<int> before,
        ImmutableSortedSet<int> after,
        SweepState state,
        Func<TrialState, bool> isGranted
    )
    {
        // Most events leave the queues as they are, and then they are the same objects.
        if (ReferenceEquals(before, after))
            return;
        foreach (var trial in after.Except(before))
            _since[(state.Spec.Name, kind, trial)] = _time.GetTimestamp();
        foreach (var trial in before.Except(after))
            if (_since.Remove((state.Spec.Name, kind, trial), out var since) && isGranted(state.Trial(trial)))
                _wait.WithLabels(Labels.Of(kind)).Observe(_time.GetElapsedTime(since).TotalSeconds);
    }
}
