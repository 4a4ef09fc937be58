using CsCheck;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Scheduling;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Sweeps.Tests.Domain;

namespace Orchestrator.Sweeps.Tests.Scheduling;

/// <summary>Sweeps with a scheduler, run to their end in the pure domain.</summary>
public sealed class SchedulerSpecs
{
    [Theory]
    [InlineData("min_epochs: 1, max_epochs: 27, reduction: 3", new[] { 1, 3, 9, 27 })]
    [InlineData("min_epochs: 2, max_epochs: 10, reduction: 2", new[] { 2, 4, 8, 10 })]
    [InlineData("min_epochs: 5, max_epochs: 5", new[] { 5 })]
    public void Levels_grow_by_the_reduction_up_to_the_last_epoch(string settings, int[] levels) =>
        Assert.Equal(levels, Levels.Of(SweepFile.Parse(Yaml(1, $"algorithm: asha, {settings}"), "x")));

    [Fact]
    public void Promotion_spends_what_a_rung_allows_and_the_best_trial_is_trained_to_the_end()
    {
        var sweep = ScheduledSweep.Of(Yaml(27, Asha("promote")), 3, Rank);
        sweep.RunToTheEnd();

        var state = sweep.Domain.Sweep;
        Assert.Equal(SweepStatus.Completed, state.Status);
        Assert.Equal(TrialStatus.Completed, state.Trials.MinBy(trial => Rank(trial.Number, 1))!.Status);
        Assert.Equal(state.Trials.Count, state.Count(TrialStatus.Completed) + state.Count(TrialStatus.Pruned));
        Assert.All(state.Trials, trial => Assert.Contains(trial.Epochs, new[] { 1, 3, 9, 27 }));
        // 27 + 9·2 + 3·6 + 1·18 where nobody is promoted too early; a grid spends 729.
        Assert.InRange(sweep.EpochsTrained, 81, 200);
        Assert.Equal(sweep.EpochsTrained, state.Trials.Sum(trial => trial.Epochs));
    }

    [Fact]
    public void What_is_stopped_leaves_at_the_report_of_its_milestone()
    {
        // The best come first, so that all later ones are worse than those there.
        var sweep = ScheduledSweep.Of(Yaml(27, Asha("stop")), 1, (trial, _) => 2 + trial / 100.0);
        sweep.RunToTheEnd();

        var state = sweep.Domain.Sweep;
        Assert.Equal(SweepStatus.Completed, state.Status);
        Assert.Equal(TrialStatus.Completed, state.Trial(1).Status);
        Assert.All(
            state.Trials.Skip(1),
            trial => Assert.Equal((TrialStatus.Pruned, 1, (int?)1), (trial.Status, trial.Epochs, trial.PrunedAt))
        );
        Assert.Equal(27 + 26, sweep.EpochsTrained);
    }

    [Fact]
    public void Hyperband_gives_some_trials_all_epochs_from_the_start()
    {
        var sweep = ScheduledSweep.Of(Yaml(40, "algorithm: hyperband, max_epochs: 27"), 2, Rank);
        sweep.RunToTheEnd();

        Assert.Equal(SweepStatus.Completed, sweep.Domain.Sweep.Status);
        Assert.Equal(["bracket 0", "bracket 1", "bracket 2", "bracket 3"], sweep.Domain.Sweep.Rungs.Keys);
        Assert.Equal([9, 27], sweep.Domain.Sweep.Rungs["bracket 1"].Keys);
    }

    [Fact]
    public void Median_stopping_gives_up_what_is_worse_than_the_median_of_running_means()
    {
        var sweep = ScheduledSweep.Of(Yaml(9, "algorithm: median, min_epochs: 2, max_epochs: 6"), 1, (trial, _) => 2 + trial / 100.0);
        sweep.RunToTheEnd();

        // The first three have not enough others, each later one is worse than the median of those before.
        Assert.Equal([1, 2, 3], Numbers(sweep, TrialStatus.Completed));
        Assert.All(sweep.Domain.Sweep.Trials.Skip(3), trial => Assert.Equal((TrialStatus.Pruned, 2), (trial.Status, trial.Epochs)));
    }

    [Fact]
    public void Replicates_share_the_fate_that_their_mean_decides()
    {
        // Replicate 1 of configuration 3 alone is the best of all; the mean of configuration 2 is.
        var sweep = ScheduledSweep.Of(
            """
            name: test
            dataset: digits
            parameters: { training.batch_size: [1, 2, 3], replicate: [1, 2] }
            scheduler: { algorithm: asha, max_epochs: 3 }
            """,
            2,
            (trial, _) =>
                trial is 5 ? 1
                : trial is 3 or 4 ? 2
                : 4
        );
        sweep.RunToTheEnd();

        Assert.Equal([3, 4], Numbers(sweep, TrialStatus.Completed));
        Assert.Equal([1, 2, 5, 6], Numbers(sweep, TrialStatus.Pruned));
    }

    [Fact]
    public void Strata_are_compared_within_themselves()
    {
        var sweep = ScheduledSweep.Of(
            """
            name: test
            dataset: digits
            trial: { base: { distribution: gaussian } }
            parameters:
              base: [{ distribution: gaussian }, { distribution: von-mises-fisher, kappa: 1d }]
              training.batch_size: [1, 2, 3, 4, 5, 6]
            scheduler: { algorithm: asha, max_epochs: 3, stratify_by: base.distribution }
            """,
            1,
            (trial, _) => trial > 6 ? trial : trial + 100
        );
        sweep.RunToTheEnd();

        Assert.Equal(["gaussian", "von-mises-fisher"], sweep.Domain.Sweep.Rungs.Keys);
        Assert.Contains(1, Numbers(sweep, TrialStatus.Completed));
        Assert.Contains(7, Numbers(sweep, TrialStatus.Completed));
    }

    [Fact]
    public void A_trial_that_fails_counts_as_the_worst_of_its_rung_and_one_that_was_none_does_not_count()
    {
        var domain = SweepDomain.Of(Yaml(3, Asha("promote") + ", min_rung_population: 2", "retries: { crash: 0 }"));
        domain.Fail(domain.Train(), AttemptCause.Crash, "boom");
        Assert.Equal([RungEntry.Worst], domain.Sweep.Rungs[""][1].Entries.Select(entry => entry.Value));
        domain.Fail(domain.Train(), AttemptCause.BadSpec, "no such thing");
        Assert.Single(domain.Sweep.Rungs[""][1].Entries);
        domain.Do(new RetryTrials([1]));
        Assert.Empty(domain.Sweep.Rungs[""][1].Entries);
    }

    [Fact]
    public void A_trial_that_failed_at_a_higher_rung_and_is_tried_again_arrives_there()
    {
        var sweep = ScheduledSweep.Of(Yaml(9, Asha("promote"), "retries: { crash: 0 }"), 1, Rank);
        var domain = sweep.Domain;
        while (domain.Sweep.Trials.TrueForAll(trial => trial.Promotions == 0 || trial.Status != TrialStatus.Running))
            sweep.Turn();
        var lease = domain.Sweep.Leases.Values.Single(held => held.Lease.Kind == WorkKind.Training).Lease;
        domain.Fail(lease, AttemptCause.Crash, "boom");
        sweep.Forget(lease, isLost: true);
        Assert.Equal([RungEntry.Worst], domain.Sweep.Rungs[""][3].Entries.Select(entry => entry.Value));
        domain.Do(new RetryTrials([lease.Trial]));
        Assert.Empty(domain.Sweep.Rungs[""][3].Entries);
        Assert.Contains(domain.Sweep.Rungs[""][1].Entries, entry => entry.Configuration == lease.Trial);
        sweep.RunToTheEnd();

        Assert.Contains(domain.Sweep.Rungs[""][3].Entries, entry => entry.Configuration == lease.Trial && double.IsFinite(entry.Value));
        Assert.Equal(SweepStatus.Completed, domain.Sweep.Status);
    }

    [Fact]
    public void What_waited_at_a_rung_when_the_sweep_was_stopped_stays_stopped()
    {
        var sweep = ScheduledSweep.Of(Yaml(9, Asha("promote"), "retries: { crash: 0 }"), 1, Rank);
        var domain = sweep.Domain;
        var failed = domain.Train();
        domain.Fail(failed, AttemptCause.Crash, "boom");
        Rung1(domain, domain.Train());
        Rung1(domain, domain.Train());
        domain.Do(new StopSweep());
        Assert.Empty(domain.Sweep.Rungs[""][1].Waiting);
        domain.Do(new RetryTrials([failed.Trial]));
        sweep.RunToTheEnd();

        Assert.Equal((SweepStatus.Stopped, 8), (domain.Sweep.Status, domain.Sweep.Count(TrialStatus.Stopped)));
    }

    [Fact]
    public void Below_the_rung_from_which_a_score_decides_bits_per_dimension_do_though_all_rungs_are_evaluated()
    {
        var sweep = ScheduledSweep.Of(
            Yaml(3, Asha("promote") + ", refine: { metric: evaluation.samples.fid, from_rung: 2 }", "evaluation: { when: rungs }"),
            1,
            Rank
        );
        sweep.RunToTheEnd();

        var rungs = sweep.Domain.Sweep.Rungs[""];
        Assert.All(rungs[1].Entries, entry => Assert.Equal(Rank(entry.Configuration, 1), entry.Value));
        Assert.All(rungs[3].Entries, entry => Assert.Equal(SweepDomain.Scores.Samples.Fid, entry.Value));
    }

    [Fact]
    public void Only_the_best_are_evaluated_where_a_number_is_asked_for_and_the_best_first()
    {
        var sweep = ScheduledSweep.Of(Yaml(6, "algorithm: none", "evaluation: { when: best 2 }"), 1, Rank);
        sweep.RunToTheEnd();

        Assert.Equal(SweepStatus.Completed, sweep.Domain.Sweep.Status);
        Assert.Equal(
            [.. sweep.Domain.Sweep.Trials.OrderBy(trial => Rank(trial.Number, 10)).Take(2).Select(trial => trial.Number)],
            sweep
                .Domain.Journal.OfType<LeaseGranted>()
                .Where(granted => granted.Kind == WorkKind.Evaluation)
                .Select(granted => granted.Trial)
        );
    }

    [Theory]
    [InlineData("stopped too", "stop")]
    [InlineData("rungs", "promote")]
    public void Trials_that_are_given_up_are_evaluated_where_that_is_asked_for(string when, string mode)
    {
        var sweep = ScheduledSweep.Of(Yaml(9, Asha(mode), $"evaluation: {{ when: {when} }}"), 2, Rank);
        sweep.RunToTheEnd();

        Assert.Equal(SweepStatus.Completed, sweep.Domain.Sweep.Status);
        Assert.NotEmpty(Numbers(sweep, TrialStatus.Pruned));
        Assert.All(sweep.Domain.Sweep.Trials, trial => Assert.Equal(EvaluationStatus.Completed, trial.Evaluation));
    }

    [Fact]
    public void A_promotion_waits_for_the_score_that_decides_it()
    {
        var sweep = ScheduledSweep.Of(Yaml(3, Asha("promote") + ", refine: { metric: evaluation.samples.kid }"), 1, Rank);
        var domain = sweep.Domain;
        for (var trial = 1; trial <= 3; trial++)
            Rung1(domain, domain.Train());
        Assert.Null(domain.Grant(WorkKind.Training));
        // The best by bits per dimension is evaluated first; all scores are equal, so bits per dimension decide.
        Assert.Equal(2, domain.Evaluate(slot: 3) is var lease && domain.End(lease, AttemptCause.Done).Refusal is null ? lease.Trial : 0);
        Assert.Null(domain.Grant(WorkKind.Training));
        domain.End(domain.Evaluate(), AttemptCause.Done);
        domain.End(domain.Evaluate(), AttemptCause.Done);
        Assert.Equal(2, domain.Train().Trial);
    }

    [Theory]
    [InlineData(0.1, 2)]
    [InlineData(0.01, 1)]
    public void A_lower_fid_decides_only_where_the_errors_of_both_tell_them_apart(double error, int promoted)
    {
        var sweep = ScheduledSweep.Of(Yaml(3, Asha("promote") + ", refine: { metric: evaluation.samples.fid }"), 1, Rank);
        var domain = sweep.Domain;
        for (var trial = 1; trial <= 3; trial++)
            Rung1(domain, domain.Train());
        while (domain.Grant(WorkKind.Evaluation) is { } lease)
        {
            // The first has the lowest FID, the second the fewest bits per dimension.
            var samples = SweepDomain.Scores.Samples with
            {
                Fid = 5 + lease.Trial / 10.0,
                FidStandardError = error,
            };
            domain.Do(new EndLease(lease.Token, new AttemptEnd(AttemptCause.Done), SweepDomain.Scores with { Samples = samples }));
        }

        Assert.Equal(promoted, domain.Train().Trial);
    }

    /// <summary>Any prefix of the journal gives the decision that was made, and a coordinator that dies after any event goes on with the
    /// same.</summary>
    [Theory]
    [InlineData("algorithm: asha, mode: promote, max_epochs: 27")]
    [InlineData("algorithm: asha, mode: stop, max_epochs: 27")]
    [InlineData("algorithm: hyperband, max_epochs: 9")]
    [InlineData("algorithm: median, max_epochs: 9")]
    public void A_state_that_is_replayed_decides_as_the_one_that_lived(string scheduler)
    {
        var lived = ScheduledSweep.Of(Yaml(24, scheduler), 3, Noisy);
        lived.RunToTheEnd();
        var journal = lived.Domain.Journal;
        Assert.True(journal.Count > 150, $"{journal.Count} events");
        SweepState? live = null;
        for (var kept = 1; kept <= journal.Count; kept++)
        {
            live = SweepState.Apply(live, journal[kept - 1]);
            var replayed = journal.Take(kept).Aggregate((SweepState?)null, SweepState.Apply)!;
            Assert.Equal(Json(live), Json(replayed));
            var ask = new GrantLease("n9", 9, WorkKind.Training);
            Assert.Equal(
                SweepDecider.Decide(live, ask, DateTimeOffset.UnixEpoch).Events,
                SweepDecider.Decide(replayed, ask, DateTimeOffset.UnixEpoch).Events
            );
        }
    }

    [Fact]
    public void Whatever_happens_a_scheduled_sweep_ends_with_every_trial_settled() =>
        Gen.Select(
                Gen.OneOf(
                    new[]
                    {
                        "asha, mode: stop",
                        "asha, mode: promote",
                        "hyperband",
                        "median",
                        "asha, refine: { metric: evaluation.samples.fid, from_rung: 2 }",
                    }
                        .Select(Gen.Const)
                        .ToArray()
                ),
                Gen.OneOf(new[] { "completed", "best 2" }.Select(Gen.Const).ToArray()),
                Gen.Int[1, 3],
                Gen.Int[0, 5].Array[0, 60]
            )
            .Sample(
                (scheduler, when, replicates, faults) =>
                {
                    var domain = SweepDomain.Of(
                        $$"""
                        name: test
                        dataset: digits
                        parameters: { training.batch_size: [1, 2, 3, 4, 5], replicate: [{{string.Join(
                            ", ",
                            Enumerable.Range(1, replicates)
                        )}}] }
                        scheduler: { algorithm: {{scheduler}}, max_epochs: 4, reduction: 2 }
                        evaluation: { when: {{when}} }
                        retries: { crash: 1 }
                        """.Replace(
                            "median, max_epochs: 4, reduction: 2",
                            "median, max_epochs: 4",
                            StringComparison.Ordinal
                        )
                    );
                    var sweep = new ScheduledSweep(domain, 2, Noisy);
                    foreach (var fault in faults)
                    {
                        sweep.Turn();
                        if (domain.Sweep.Leases.Values.OrderBy(one => one.Lease.Token).FirstOrDefault() is not { Lease: var lease })
                            continue;
                        if (fault == 0)
                            domain.End(lease, AttemptCause.NodeLost);
                        else if (fault == 1)
                            domain.End(lease, AttemptCause.Crash);
                        sweep.Forget(lease, fault <= 1);
                    }

                    sweep.RunToTheEnd();
                    Assert.True(
                        domain.Sweep.IsOver,
                        string.Join(", ", domain.Sweep.Trials.Select(trial => $"{trial.Status} {trial.Evaluation}"))
                    );
                    Assert.Empty(domain.Sweep.Leases);
                    Assert.All(domain.Sweep.Trials, trial => Assert.True(trial.IsOver));
                },
                iter: 300
            );

    static string Json(SweepState state) => System.Text.Json.JsonSerializer.Serialize(state, OrchestratorJson.Compact);

    static void Rung1(SweepDomain domain, Lease lease)
    {
        domain.Do(new ReportEpoch(lease.Token, 1, SweepDomain.Epoch(1) with { ValidationBitsPerDim = Rank(lease.Trial, 1) }));
        domain.Do(new ReportCheckpoint(lease.Token, 2, SweepDomain.Checkpoint(1, final: false)));
        domain.End(lease, AttemptCause.Done);
    }

    static List<int> Numbers(ScheduledSweep sweep, TrialStatus status) =>
        [.. sweep.Domain.Sweep.Trials.Where(trial => trial.Status == status).Select(trial => trial.Number)];

    /// <summary>Trials rank alike at every epoch, in no order; 2 is the best of the first three.</summary>
    static double Rank(int trial, int epoch) => 2 + (trial * 7 + 18) % 27 / 27.0 - epoch / 10_000.0;

    static double Noisy(int trial, int epoch) => Seed.Derive(trial, "bits", epoch) % 1000 / 1000.0;

    static string Asha(string mode) => $"algorithm: asha, mode: {mode}, max_epochs: 27";

    static string Yaml(int trials, string scheduler, string more = "") =>
        $$"""
            name: test
            dataset: digits
            parameters: { training.batch_size: [{{string.Join(", ", Enumerable.Range(1, trials))}}] }
            scheduler: { {{scheduler}} }
            {{more}}
            """;
}
