namespace Orchestrator.Dashboards.Sources;

static class Evaluation
{
    public static Dashboard Dashboard { get; } =
        new(
            "orchestrator-evaluation",
            "Orchestrator: Evaluation",
            "Whether scores keep up with training, and what they say.",
            [Variable.Sweep],
            new Row(
                "Do scores keep up?",
                Panel.Stat(
                    "Checkpoints that wait",
                    "Finished checkpoints that no evaluator works on yet. Ten per evaluation slot raise an alert.",
                    "short",
                    "sum(orchestrator_evaluation_queue_length)",
                    "waiting"
                ),
                Panel.Stat(
                    "Evaluation slots",
                    "Slots of all evaluators.",
                    "short",
                    "sum(orchestrator_slots{kind=\"evaluation\"})",
                    "slots"
                ),
                Panel.Stat(
                    "Evaluations done",
                    "Checkpoints that have their scores, of all sweeps in the journal.",
                    "short",
                    "sum(orchestrator_evaluations{state=\"completed\"})",
                    "done"
                ),
                Panel.Stat(
                    "Evaluations failed",
                    "Checkpoints that got no scores after all retries.",
                    "short",
                    "sum(orchestrator_evaluations{state=\"failed\"})",
                    "failed"
                ),
                new Panel(
                    "Evaluations by state",
                    "Of all sweeps in the journal.",
                    "short",
                    new Query("sum by (state) (orchestrator_evaluations)", "{{state}}")
                )
                {
                    IsStacked = true,
                },
                new Panel(
                    "Queue and slots",
                    "Checkpoints that wait, and the slots that could take them.",
                    "short",
                    new Query("sum(orchestrator_evaluation_queue_length)", "waiting"),
                    new Query("sum by (state) (orchestrator_slots{kind=\"evaluation\"})", "slots {{state}}")
                ),
                new Panel(
                    "Wait for an evaluator",
                    "From the end of training until an evaluator was given the checkpoint.",
                    "s",
                    new Query(
                        "histogram_quantile(0.5, sum by (le) "
                            + "(rate(orchestrator_queue_wait_seconds_bucket{kind=\"evaluation\"}[$__rate_interval])))",
                        "median"
                    ),
                    new Query("cluster:orchestrator_queue_wait_seconds:p95_30m{kind=\"evaluation\"}", "95 % of 30 minutes")
                ),
                new Panel(
                    "Duration of an evaluation",
                    "From the lease to the scores. The first of a data set is longer: it trains the feature network and keeps it.",
                    "s",
                    new Query(
                        "histogram_quantile(0.5, sum by (le) "
                            + "(rate(orchestrator_attempt_duration_seconds_bucket{kind=\"evaluation\"}[$__rate_interval])))",
                        "median"
                    ),
                    new Query(
                        "histogram_quantile(0.95, sum by (le) "
                            + "(rate(orchestrator_attempt_duration_seconds_bucket{kind=\"evaluation\"}[$__rate_interval])))",
                        "95 %"
                    )
                )
                {
                    Width = 12,
                },
                new Panel(
                    "Evaluations that ended",
                    "By outcome, per second.",
                    "ops",
                    new Query("sum by (outcome) (rate(orchestrator_attempts_total{kind=\"evaluation\"}[$__rate_interval]))", "{{outcome}}")
                )
                {
                    Width = 12,
                }
            ),
            new Row(
                "What do they say?",
                new Panel(
                    "Test bits per dimension of the best",
                    "Of the trial that validates best, once it is evaluated.",
                    "none",
                    new Query("min by (sweep) (orchestrator_sweep_best_test_bits_per_dim{sweep=~\"$sweep\"})", "{{sweep}}")
                ),
                new Panel(
                    "FID of the best",
                    "FID of its samples. On domain features it compares trials of one data set, and nothing else.",
                    "none",
                    new Query("min by (sweep) (orchestrator_sweep_best_fid{sweep=~\"$sweep\"})", "{{sweep}}")
                ),
                new Panel(
                    "KID of the best",
                    "KID of its samples: unbiased, so it may be a little below zero.",
                    "none",
                    new Query("min by (sweep) (orchestrator_sweep_best_kid{sweep=~\"$sweep\"})", "{{sweep}}")
                )
            )
        );
}
