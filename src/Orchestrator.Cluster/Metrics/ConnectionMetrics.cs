using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>Who began a connection between nodes.</summary>
public enum ConnectionDirection
{
    Inbound,
    Outbound,
}

/// <summary>Why a connection between nodes did not come about.</summary>
public enum ConnectionFailure
{
    /// <summary>Nobody listens there, or the network does not lead there.</summary>
    Unreachable,

    /// <summary>The other side ended it before it had shown who it is.</summary>
    Closed,

    /// <summary>The other side said too little in the time it has.</summary>
    Timeout,

    /// <summary>The other side speaks something else.</summary>
    Protocol,

    /// <summary>The other side's certificate is not good here.</summary>
    Certificate,

    /// <summary>More connections than there is room for were waiting to show who they are, and this one was the oldest.</summary>
    Crowded,
}

/// <summary>Connections between nodes that did not come about.</summary>
public sealed class ConnectionMetrics
{
    readonly Counter _failed;

    internal ConnectionMetrics(MetricFamilies families) =>
        _failed = families
            .Counter(
                "orchestrator_failed_connections_total",
                "connections",
                "Connections from and to other nodes that did not come about; a stranger's too.",
                "direction",
                "reason"
            )
            .FromZero(
                from direction in Labels.All<ConnectionDirection>()
                from reason in Labels.All<ConnectionFailure>()
                select new[] { direction, reason }
            );

    public void Failed(ConnectionDirection direction, ConnectionFailure reason) =>
        _failed.WithLabels(Labels.Of(direction), Labels.Of(reason)).Inc();
}
