using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>What happens to a member, as the other nodes see it.</summary>
public enum MemberEvent
{
    Joined,
    Unreachable,
    Reachable,
    Removed,
}

/// <summary>Who belongs to the cluster, and which coordinator is the active one.</summary>
public sealed class MembershipMetrics
{
    readonly Gauge _members,
        _unreachable,
        _active,
        _lastFailover;
    readonly Counter _events,
        _failovers;
    readonly TimeProvider _time;
    readonly Lock _gate = new();
    long? _lost;

    internal MembershipMetrics(MetricFamilies families, TimeProvider time)
    {
        _time = time;
        _members = families.Gauge("orchestrator_cluster_members", "nodes", "Members of the cluster by status.", "status");
        _unreachable = families.Gauge(
            "orchestrator_cluster_unreachable_members",
            "nodes",
            "Members of the cluster that this node's cluster suspects at present."
        );
        _events = families
            .Counter(
                "orchestrator_cluster_member_events_total",
                "events",
                "What this node saw happen to members of the cluster since it joined.",
                "event"
            )
            .FromZero(Labels.All<MemberEvent>().Select(name => new[] { name }));
        _active = families.Gauge("orchestrator_coordinator_active", "0 or 1", "1 on the node whose coordinator is the active one, else 0.");
        _failovers = families
            .Counter(
                "orchestrator_failovers_total",
                "takeovers",
                "How often this node's coordinator took over from another one that was lost or left."
            )
            .FromZero();
        _lastFailover = families.Gauge(
            "orchestrator_last_failover_duration_seconds",
            "seconds",
            "Of the newest takeover by this node: from the moment the coordinator before it was suspected or left until this one began. "
                + "0: none since this node started."
        );
    }

    public void MembersChanged(IEnumerable<string> statuses)
    {
        lock (_gate)
        {
            foreach (var labels in _members.GetAllLabelValues().ToList())
                _members.WithLabels(labels).Set(0);
            foreach (var group in statuses.CountBy(status => status))
                _members.WithLabels(group.Key).Set(group.Value);
        }
    }

    public void UnreachableChanged(int members) => _unreachable.Set(members);

    public void Happened(MemberEvent what) => _events.WithLabels(Labels.Of(what)).Inc();

    /// <summary>The active coordinator is suspected or leaves; the first time of several counts.</summary>
    public void ActiveCoordinatorLost()
    {
        lock (_gate)
            _lost ??= _time.GetTimestamp();
    }

    /// <summary>It was only silent for a while.</summary>
    public void ActiveCoordinatorBack()
    {
        lock (_gate)
            _lost = null;
    }

    public void CoordinatorActive(bool isActive)
    {
        _active.Set(isActive ? 1 : 0);
        lock (_gate)
        {
            if (isActive && _lost is { } lost)
            {
                _failovers.Inc();
                _lastFailover.Set(_time.GetElapsedTime(lost).TotalSeconds);
            }

            _lost = null;
        }
    }
}
