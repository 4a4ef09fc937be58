using Prometheus;

namespace Orchestrator.Cluster.Metrics;

public enum NoticeOutcome
{
    Sent,

    /// <summary>In vain, to be tried again.</summary>
    Failed,
    GivenUp,
}

/// <summary>Messages to the people who are told of sweeps.</summary>
public sealed class NoticeMetrics
{
    readonly Counter _notices;

    internal NoticeMetrics(MetricFamilies families) =>
        _notices = families
            .Counter(
                "orchestrator_notices_total",
                "messages",
                "Messages about sweeps to a channel of notify: sent, failed and to be tried again, or given up.",
                "outcome"
            )
            .FromZero(Labels.All<NoticeOutcome>().Select(outcome => new[] { outcome }));

    public void Happened(NoticeOutcome outcome) => _notices.WithLabels(Labels.Of(outcome)).Inc();
}
