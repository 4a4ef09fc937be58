using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>Work on its way: how long it waits, who gets it, and how it ends.</summary>
public sealed class LeaseMetrics
{
    // From a tiny evaluation to a day of training.
    static readonly double[] WorkSeconds = [1, 3, 10, 30, 60, 180, 600, 1800, 3600, 10800, 36000, 86400];

    readonly Counter _granted,
        _expired,
        _refused,
        _attempts;
    readonly Histogram _duration;
    readonly QueueWait _wait;
    readonly Lock _gate = new();
    readonly Dictionary<(string Sweep, long Token), DateTimeOffset> _held = [];

    internal LeaseMetrics(MetricFamilies families, TimeProvider time)
    {
        var kinds = Labels.All<WorkKind>().ToList();
        _wait = new QueueWait(
            families.Seconds(
                "orchestrator_queue_wait_seconds",
                WorkSeconds,
                "From the moment the active coordinator saw a trial, or a finished checkpoint, wait until a slot was given it.",
                "kind"
            ),
            time
        );
        _granted = families
            .Counter("orchestrator_leases_granted_total", "leases", "Leases given to slots.", "kind")
            .FromZero(kinds.Select(kind => new[] { kind }));
        _expired = families
            .Counter(
                "orchestrator_leases_expired_total",
                "leases",
                "Leases that ran out: their slot was not heard of in time while its node was not seen to fail."
            )
            .FromZero();
        _refused = families
            .Counter("orchestrator_leases_refused_total", "messages", "Renewals and reports under a lease that no longer held.")
            .FromZero();
        _attempts = families
            .Counter("orchestrator_attempts_total", "attempts", "Attempts and evaluations that ended, by outcome.", "kind", "outcome")
            .FromZero(kinds.SelectMany(_ => Labels.All<AttemptCause>(), (kind, cause) => new[] { kind, cause }));
        _duration = families.Seconds(
            "orchestrator_attempt_duration_seconds",
            WorkSeconds,
            "How long attempts and evaluations held their lease, whatever came of them.",
            "kind"
        );
        foreach (var kind in kinds)
            _duration.WithLabels(kind);
    }

    public void AttemptEnded(WorkKind kind, AttemptCause cause) => _attempts.WithLabels(Labels.Of(kind), Labels.Of(cause)).Inc();

    public void Expired() => _expired.Inc();

    public void Refused() => _refused.Inc();

    internal void Happened(string sweep, SweepEvent fact)
    {
        lock (_gate)
            _wait.Happened(sweep, fact);
        switch (fact)
        {
            case LeaseGranted granted:
                _granted.WithLabels(Labels.Of(granted.Kind)).Inc();
                lock (_gate)
                    _held[(sweep, granted.Token)] = granted.At;
                break;
            case LeaseEnded ended:
                AttemptEnded(ended.Kind, ended.End.Cause);
                lock (_gate)
                    if (_held.Remove((sweep, ended.Token), out var since))
                        _duration.WithLabels(Labels.Of(ended.Kind)).Observe((ended.At - since).TotalSeconds);
                break;
        }
    }

    /// <param name="before">Null where the sweep was not known here.</param>
    internal void Changed(SweepState? before, SweepState after)
    {
        lock (_gate)
        {
            if (before is null)
                foreach (var held in after.Leases.Values)
                    _held.TryAdd((after.Spec.Name, held.Lease.Token), held.Lease.GrantedAt);
            _wait.Changed(before, after);
        }
    }

    internal void Clear()
    {
        lock (_gate)
        {
            _held.Clear();
            _wait.Clear();
        }
    }
}
