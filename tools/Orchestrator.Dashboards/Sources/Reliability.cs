namespace Orchestrator.Dashboards.Sources;

static class Reliability
{
    public static Dashboard Dashboard { get; } =
        new(
            "orchestrator-reliability",
            "Orchestrator: Reliability",
            "What was lost, and whether and how fast the cluster recovers from it.",
            [],
            new Row(
                "Is anything wrong now?",
                Panel.Stat(
                    "Alerts that fire",
                    "Alerts of monitoring/prometheus/rules that fire at present; docs/operations.md says what to do for each.",
                    "short",
                    "count(ALERTS{alertname=~\"Orchestrator.*\", alertstate=\"firing\"}) or vector(0)",
                    "firing"
                ),
                Panel.Stat(
                    "Attempts lost, last hour",
                    "Training attempts and evaluations that did not end well within an hour; most are tried again.",
                    "short",
                    "sum(increase(orchestrator_attempts_total{outcome!=\"done\"}[1h]))",
                    "lost"
                ),
                Panel.Stat(
                    "Leases that ran out, last hour",
                    "Work given away because its slot fell silent while its node was not seen to fail.",
                    "short",
                    "sum(increase(orchestrator_leases_expired_total[1h]))",
                    "expired"
                ),
                Panel.Stat(
                    "Last failover",
                    "From the moment the active coordinator was suspected or left until the next one began. 0: there was none.",
                    "s",
                    "max(orchestrator_last_failover_duration_seconds)",
                    "took"
                )
            ),
            new Row(
                "What is lost, and why?",
                new Panel(
                    "Attempts that ended, by outcome",
                    "Training attempts and evaluations per second. All but done are lost, and tried again as the sweep file says.",
                    "ops",
                    new Query("sum by (kind, outcome) (cluster:orchestrator_attempts:rate5m) > 0", "{{kind}} {{outcome}}")
                ),
                new Panel(
                    "Part that diverges",
                    "Part of the training attempts of 30 minutes whose loss was no longer a number. Above 30 % there is an alert.",
                    "percentunit",
                    new Query("cluster:orchestrator_attempts_diverged:ratio30m", "diverged")
                ),
                new Panel(
                    "Leases that ran out or were refused",
                    "Refused are renewals and reports of work that was already given to somebody else; nothing is counted twice.",
                    "ops",
                    new Query("sum(rate(orchestrator_leases_expired_total[$__rate_interval]))", "ran out"),
                    new Query("sum(rate(orchestrator_leases_refused_total[$__rate_interval]))", "refused")
                ),
                new Panel(
                    "Duration of an attempt",
                    "How long training attempts and evaluations hold their lease, whatever comes of them.",
                    "s",
                    new Query(
                        "histogram_quantile(0.5, sum by (kind, le) (rate(orchestrator_attempt_duration_seconds_bucket[$__rate_interval])))",
                        "{{kind}} median"
                    )
                ),
                new Panel(
                    "Messages refused",
                    "Messages from other nodes that were not taken, per second. Anything but zero is another version, or an intruder.",
                    "ops",
                    new Query("sum by (reason) (rate(orchestrator_refused_messages_total[$__rate_interval]))", "{{reason}}")
                ),
                new Panel(
                    "Reports that wait",
                    "Reports of slots that are not yet in the journal.",
                    "short",
                    new Query("sum by (node) (orchestrator_slot_reports_waiting)", "{{node}}")
                )
            ),
            new Row(
                "Does it recover?",
                new Panel(
                    "What happens to members",
                    "As the node that sees most of it counts: joined, fallen silent, heard again, removed. Three that fall silent within "
                        + "30 minutes raise an alert.",
                    "short",
                    new Query("max by (event) (orchestrator_cluster_member_events_total)", "{{event}}")
                ),
                new Panel(
                    "Failovers",
                    "Takeovers by another coordinator since the nodes started.",
                    "short",
                    new Query("sum(orchestrator_failovers_total)", "takeovers")
                ),
                new Panel(
                    "Time to read a sweep's journal",
                    "What a coordinator that takes over needs for each sweep, on average.",
                    "s",
                    new Query(
                        "sum(orchestrator_journal_recovery_duration_seconds_sum) / "
                            + "(sum(orchestrator_journal_recovery_duration_seconds_count) > 0) or vector(0)",
                        "per sweep"
                    )
                ),
                new Panel(
                    "Suspected members",
                    "Members that a node does not hear at present.",
                    "short",
                    new Query("max(orchestrator_cluster_unreachable_members)", "suspected")
                )
                {
                    Width = 12,
                },
                new Panel(
                    "Active coordinators",
                    "One; none for some seconds during a failover; never two.",
                    "short",
                    new Query("sum(orchestrator_coordinator_active)", "active")
                )
                {
                    Width = 12,
                }
            )
        );
}
