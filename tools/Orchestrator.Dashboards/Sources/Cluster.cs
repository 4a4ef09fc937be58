namespace Orchestrator.Dashboards.Sources;

static class Cluster
{
    const string Up = "up{job=\"orchestrator\", role=~\"$role\", node=~\"$node\"}";

    public static Dashboard Dashboard { get; } =
        new(
            "orchestrator-cluster",
            "Orchestrator: Cluster",
            "Whether everybody is there, whether there is work for all slots, and whether the coordinator keeps up.",
            [Variable.Role, Variable.Node],
            new Row(
                "Is everybody there?",
                Panel.Stat(
                    "Members that are up",
                    "Members of the cluster in the status up, as most nodes see it.",
                    "short",
                    "max(orchestrator_cluster_members{status=\"up\"})",
                    "up"
                ),
                Panel.Stat(
                    "Suspected members",
                    "Members that some node does not hear at present.",
                    "short",
                    "max(orchestrator_cluster_unreachable_members)",
                    "suspected"
                ),
                Panel.Stat(
                    "Active coordinators",
                    "Exactly one in a healthy cluster; none for some seconds while one takes over from another.",
                    "short",
                    "sum(orchestrator_coordinator_active)",
                    "active"
                ),
                Panel.Stat(
                    "Nodes that answer",
                    "Nodes that Prometheus reaches, of the chosen roles.",
                    "short",
                    $"sum by (role) ({Up})",
                    "{{role}}"
                ),
                new Panel(
                    "Members by status",
                    "Members of the cluster by their status, as most nodes see it.",
                    "short",
                    new Query("max by (status) (orchestrator_cluster_members)", "{{status}}")
                ),
                new Panel(
                    "Who is the active coordinator",
                    "1 for the node whose coordinator is the active one.",
                    "short",
                    new Query("max by (node) (orchestrator_coordinator_active{role=~\".*coordinator.*\"})", "{{node}}")
                ),
                new Panel(
                    "Versions",
                    "Nodes by the version they run. Two versions at once are an upgrade on its way.",
                    "short",
                    new Query("sum by (version) (orchestrator_build_info)", "{{version}}")
                )
                {
                    IsStacked = true,
                }
            ),
            new Row(
                "Is there work, and who does it?",
                new Panel(
                    "Slots",
                    "Slots by kind and by what they do.",
                    "short",
                    new Query("sum by (kind, state) (orchestrator_slots{role=~\"$role\", node=~\"$node\"})", "{{kind}} {{state}}")
                )
                {
                    IsStacked = true,
                },
                new Panel(
                    "Slots at work",
                    "Part of the slots that work. Training slots below one while trials wait: look at the journal.",
                    "percentunit",
                    new Query("cluster:orchestrator_slots_busy:ratio", "{{kind}}")
                ),
                new Panel(
                    "Trials by state",
                    "Trials of all sweeps.",
                    "short",
                    new Query("sum by (state) (orchestrator_trials)", "{{state}}")
                )
                {
                    IsStacked = true,
                },
                new Panel(
                    "Sweeps by state",
                    "Sweeps of the journal.",
                    "short",
                    new Query("sum by (state) (orchestrator_sweeps)", "{{state}}")
                )
                {
                    IsStacked = true,
                },
                new Panel(
                    "Images per second",
                    "Training images per second of all slots together.",
                    "short",
                    new Query("cluster:orchestrator_slot_images_per_second:sum", "all slots")
                ),
                new Panel(
                    "Leases granted",
                    "Work given to slots, per second.",
                    "ops",
                    new Query("sum by (kind) (rate(orchestrator_leases_granted_total[$__rate_interval]))", "{{kind}}")
                )
            ),
            new Row(
                "Does the coordinator keep up?",
                new Panel(
                    "Decisions",
                    "What sweeps are asked to do, per second, by result.",
                    "ops",
                    new Query(
                        "sum by (command, result) (rate(orchestrator_decisions_total[$__rate_interval])) > 0",
                        "{{command}} {{result}}"
                    )
                ),
                new Panel(
                    "Time to decide",
                    "Time for one decision, without the journal; to promote a trial or to draw one with the search is a part of granting a "
                        + "lease.",
                    "s",
                    new Query(
                        "histogram_quantile(0.5, sum by (le) (rate(orchestrator_decision_duration_seconds_bucket[$__rate_interval])))",
                        "median"
                    ),
                    new Query(
                        "histogram_quantile(0.99, sum by (le) (rate(orchestrator_decision_duration_seconds_bucket[$__rate_interval])))",
                        "99 %"
                    )
                ),
                new Panel(
                    "Time to write the journal",
                    "From a decision until its events are kept. Every answer waits for it.",
                    "s",
                    new Query(
                        "histogram_quantile(0.5, sum by (le) (rate(orchestrator_journal_write_duration_seconds_bucket[$__rate_interval])))",
                        "median"
                    ),
                    new Query("cluster:orchestrator_journal_write_duration_seconds:p95_5m", "95 % of 5 minutes")
                ),
                new Panel(
                    "Events written",
                    "Events written to the journals of sweeps, per second.",
                    "ops",
                    new Query("sum(rate(orchestrator_journal_events_total[$__rate_interval]))", "events")
                ),
                new Panel(
                    "Reports that wait",
                    "Reports of slots that are not yet in the journal. They pile up while no coordinator answers, and go down again "
                        + "after it.",
                    "short",
                    new Query("sum by (node) (orchestrator_slot_reports_waiting{role=~\"$role\", node=~\"$node\"})", "{{node}}")
                )
                {
                    Width = 8,
                },
                new Panel(
                    "Decisions of schedulers",
                    "Configurations that are promoted to the next rung, trials that are paused at one, and trials that are given up, per "
                        + "second.",
                    "ops",
                    new Query("sum by (decision) (rate(orchestrator_scheduler_decisions_total[$__rate_interval]))", "{{decision}}")
                )
            )
        );
}
