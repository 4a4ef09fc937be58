using Orchestrator.Sweeps.Domain;
using Prometheus;

namespace Orchestrator.Cluster.Metrics;

/// <summary>What the coordinator decides, and how long deciding, keeping and remembering take.</summary>
public sealed class JournalMetrics
{
    static readonly string[] Commands =
    [
        .. typeof(SweepCommand)
            .Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(SweepCommand)))
            .Select(type => Labels.Of(type.Name)),
    ];

    readonly Counter _decisions,
        _events;
    readonly Histogram _decision,
        _write,
        _recovery;

    internal JournalMetrics(MetricFamilies families)
    {
        _decisions = families
            .Counter("orchestrator_decisions_total", "decisions", "What sweeps were asked to do, by what came of it.", "command", "result")
            .FromZero(Commands.SelectMany(command => new[] { "accepted", "refused" }, (command, result) => new[] { command, result }));
        _decision = families.Seconds(
            "orchestrator_decision_duration_seconds",
            Histogram.ExponentialBuckets(0.00001, 4, 10),
            "Time to decide about one command, without the journal."
        );
        _events = families.Counter("orchestrator_journal_events_total", "events", "Events written to the journals of sweeps.").FromZero();
        _write = families.Seconds(
            "orchestrator_journal_write_duration_seconds",
            Histogram.ExponentialBuckets(0.001, 2.5, 12),
            "From a decision until its events are kept in the journal."
        );
        _recovery = families.Seconds(
            "orchestrator_journal_recovery_duration_seconds",
            Histogram.ExponentialBuckets(0.01, 2.5, 10),
            "Time to read one sweep's journal when a coordinator begins."
        );
    }

    public void Decided(SweepCommand command, Decision decision, TimeSpan took)
    {
        _decisions.WithLabels(Labels.Of(command.GetType().Name), decision.Refusal is null ? "accepted" : "refused").Inc();
        _decision.Observe(took.TotalSeconds);
    }

    public void Written(int events, TimeSpan took)
    {
        _events.Inc(events);
        _write.Observe(took.TotalSeconds);
    }

    public void Recovered(TimeSpan took) => _recovery.Observe(took.TotalSeconds);
}
