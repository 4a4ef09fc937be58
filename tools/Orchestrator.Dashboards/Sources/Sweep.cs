namespace Orchestrator.Dashboards.Sources;

static class Sweep
{
    const string Trial = "* on (node, slot) group_left (sweep, trial) orchestrator_slot_trial_info{sweep=~\"$sweep\"}";

    public static Dashboard Dashboard { get; } =
        new(
            "orchestrator-sweep",
            "Orchestrator: Sweep",
            "How far the chosen sweeps are, how good their trials are, and what runs now.",
            [Variable.Sweep],
            new Row(
                "How far is it?",
                Panel.Stat(
                    "Epochs trained",
                    "Part of the planned epochs that is trained; of a trial that failed or was stopped only those it did are planned.",
                    "percentunit",
                    "sum by (sweep) (orchestrator_sweep_epochs_done{sweep=~\"$sweep\"}) / sum by (sweep) "
                        + "(orchestrator_sweep_epochs_planned{sweep=~\"$sweep\"})",
                    "{{sweep}}"
                ),
                Panel.Stat(
                    "Time left",
                    "Training still to do and evaluations to come, at their measured cost, over the slots that do each. Not known before "
                        + "an epoch and an evaluation were timed.",
                    "s",
                    "max by (sweep) (orchestrator_sweep_eta_seconds{sweep=~\"$sweep\"})",
                    "{{sweep}}"
                ),
                Panel.Stat(
                    "Best bits per dimension",
                    "Validation bits per dimension of the trial that validates best.",
                    "none",
                    "min by (sweep) (orchestrator_sweep_best_validation_bits_per_dim{sweep=~\"$sweep\"})",
                    "{{sweep}}"
                ),
                Panel.Stat(
                    "Since the last report",
                    "Time since an epoch, a checkpoint or a score was last reported. Trials write a checkpoint at least every minute.",
                    "s",
                    "sweep:orchestrator_sweep_idle_seconds:min{sweep=~\"$sweep\"}",
                    "{{sweep}}"
                ),
                new Panel(
                    "Trials by state",
                    "Trials of the chosen sweeps that wait, run and have ended.",
                    "short",
                    new Query("sum by (state) (orchestrator_sweep_trials{sweep=~\"$sweep\"})", "{{state}}")
                )
                {
                    IsStacked = true,
                    Width = 12,
                },
                new Panel(
                    "Epochs",
                    "Epochs that are trained, and planned.",
                    "short",
                    new Query("sum by (sweep) (orchestrator_sweep_epochs_done{sweep=~\"$sweep\"})", "{{sweep}} trained"),
                    new Query("sum by (sweep) (orchestrator_sweep_epochs_planned{sweep=~\"$sweep\"})", "{{sweep}} planned")
                )
                {
                    Width = 12,
                }
            ),
            new Row(
                "How good is it?",
                new Panel(
                    "Bits per dimension of the best",
                    "Validation bits per dimension of the trial that validates best, and its test bits per dimension once it is evaluated.",
                    "none",
                    new Query(
                        "min by (sweep) (orchestrator_sweep_best_validation_bits_per_dim{sweep=~\"$sweep\"})",
                        "{{sweep}} validation"
                    ),
                    new Query("min by (sweep) (orchestrator_sweep_best_test_bits_per_dim{sweep=~\"$sweep\"})", "{{sweep}} test")
                ),
                new Panel(
                    "FID of the best",
                    "FID of the samples of the trial that validates best, once it is evaluated.",
                    "none",
                    new Query("min by (sweep) (orchestrator_sweep_best_fid{sweep=~\"$sweep\"})", "{{sweep}}")
                ),
                new Panel(
                    "KID of the best",
                    "KID of the samples of the trial that validates best, once it is evaluated.",
                    "none",
                    new Query("min by (sweep) (orchestrator_sweep_best_kid{sweep=~\"$sweep\"})", "{{sweep}}")
                )
            ),
            new Row(
                "Who goes on?",
                new Panel(
                    "Configurations at the rungs",
                    "Configurations that came to each rung, by its level in epochs. Empty where no scheduler compares trials at rungs.",
                    "short",
                    new Query(
                        "sum by (sweep, level) (orchestrator_sweep_rung_configurations{sweep=~\"$sweep\", state=\"arrived\"})",
                        "{{sweep}} {{level}} epochs"
                    )
                ),
                new Panel(
                    "Survival",
                    "Configurations that came to each rung, as a part of those at the rung that most came to.",
                    "percentunit",
                    new Query(
                        "sum by (sweep, level) (orchestrator_sweep_rung_configurations{sweep=~\"$sweep\", state=\"arrived\"}) "
                            + "/ on (sweep) group_left () max by (sweep) (sum by (sweep, level) "
                            + "(orchestrator_sweep_rung_configurations{sweep=~\"$sweep\", state=\"arrived\"}))",
                        "{{sweep}} {{level}} epochs"
                    )
                ),
                new Panel(
                    "Waiting promotions",
                    "Configurations that the next free slots promote, and those of each rung that may still be promoted. Promotions that "
                        + "wait while slots are idle for 5 minutes are an alert.",
                    "short",
                    new Query("max by (sweep) (orchestrator_sweep_promotions_waiting{sweep=~\"$sweep\"})", "{{sweep}} for the next slots"),
                    new Query(
                        "sum by (sweep, level) (orchestrator_sweep_rung_configurations{sweep=~\"$sweep\", state=\"waiting\"})",
                        "{{sweep}} {{level}} epochs"
                    )
                )
            ),
            new Row(
                "What does it take?",
                new Panel(
                    "Time in slots by what came of it",
                    "Time under leases: of use, lost to crashes, lost to preemption, and evaluations. Training counts once it is certain: "
                        + "up to a checkpoint, and the rest when the attempt ends.",
                    "s",
                    new Query("sum by (kind) (orchestrator_sweep_slot_seconds_total{sweep=~\"$sweep\"})", "{{kind}}")
                )
                {
                    IsStacked = true,
                },
                new Panel(
                    "Time of GPUs by what came of it",
                    "The same, times the part of a GPU that each lease had; 0 on CPU cores.",
                    "s",
                    new Query("sum by (kind) (orchestrator_sweep_gpu_seconds_total{sweep=~\"$sweep\"})", "{{kind}}")
                )
                {
                    IsStacked = true,
                },
                new Panel(
                    "Cost by what came of it",
                    "The same in the currency of the nodes' prices; 0 where nodes have none.",
                    "short",
                    new Query("sum by (kind) (orchestrator_sweep_cost_total{sweep=~\"$sweep\"})", "{{kind}}")
                )
                {
                    IsStacked = true,
                }
            ),
            new Row(
                "What runs now, and how fast?",
                new Panel(
                    "Bits per dimension of running trials",
                    "Running training bits per dimension of the trial in each slot. A series leads to its trial on the live page.",
                    "none",
                    new Query($"orchestrator_slot_bits_per_dim {Trial}", "{{sweep}} {{trial}}")
                )
                {
                    LeadsToTrial = true,
                },
                new Panel(
                    "Gradient norm of running trials",
                    "Mean norm of the gradient before clipping, over the last epoch. A steep rise comes before a divergence.",
                    "none",
                    new Query($"orchestrator_slot_gradient_norm {Trial}", "{{sweep}} {{trial}}")
                )
                {
                    LeadsToTrial = true,
                },
                new Panel(
                    "Images per second of running trials",
                    "Training images per second of the trial in each slot.",
                    "short",
                    new Query($"orchestrator_slot_images_per_second {Trial}", "{{sweep}} {{trial}}")
                )
                {
                    LeadsToTrial = true,
                },
                Panel.Table(
                    "Slots at work",
                    "The trial or evaluation that each slot works on. A row leads to its trial on the live page.",
                    "orchestrator_slot_trial_info{sweep=~\"$sweep\"}"
                ) with
                {
                    LeadsToTrial = true,
                },
                new Panel(
                    "Wait for a slot",
                    "Time from the moment a trial, or a finished checkpoint, waited until a slot was given it. All sweeps together.",
                    "s",
                    new Query(
                        "histogram_quantile(0.5, sum by (kind, le) (rate(orchestrator_queue_wait_seconds_bucket[$__rate_interval])))",
                        "{{kind}} median"
                    ),
                    new Query(
                        "histogram_quantile(0.95, sum by (kind, le) (rate(orchestrator_queue_wait_seconds_bucket[$__rate_interval])))",
                        "{{kind}} 95 %"
                    )
                )
                {
                    Width = 12,
                }
            )
        );
}
