using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>A changed sweep file: what is still true is kept.</summary>
public sealed class SweepChangeSpecs
{
    const string Rates = "parameters: { training.learning_rate: [0.1, 0.2] }";

    [Fact]
    public void More_values_add_trials_and_keep_those_that_there_are()
    {
        var domain = Done("trial: { training: { epochs: 1 } }\n" + Rates);
        var plan = Apply(domain, "trial: { training: { epochs: 1 } }\nparameters: { training.learning_rate: [0.3, 0.1, 0.2] }");
        Assert.Equal([1, 2], plan.Kept);
        Assert.Equal("0.3", Assert.Single(plan.New).Parameters["training.learning_rate"]);
        Assert.Equal(1, plan.EpochsToTrain);
        Assert.Equal(SweepStatus.Running, domain.Sweep.Status);
        Assert.Equal([3], domain.Sweep.PendingTrials);
        Finish(domain);
        Assert.Equal(SweepStatus.Completed, domain.Sweep.Status);
        Nothing(domain);
    }

    [Fact]
    public void A_value_taken_out_stops_what_runs_of_it_and_keeps_what_is_done()
    {
        var domain = Submit("parameters: { training.learning_rate: [0.1, 0.2, 0.3, 0.4] }\ntrial: { training: { epochs: 1 } }");
        domain.FinishTraining(domain.Train());
        var running = domain.Train();
        var plan = Apply(domain, "parameters: { training.learning_rate: [0.4] }\ntrial: { training: { epochs: 1 } }");
        Assert.Equal([1, 2, 3], plan.Dropped);
        Assert.True(domain.Sweep.Recalls(running));
        Assert.Equal(TrialStatus.Completed, domain.Sweep.Trial(1).Status);
        Assert.Equal(TrialStatus.Stopped, domain.Sweep.Trial(3).Status);
        domain.End(running, AttemptCause.Interrupted);
        Assert.Equal(TrialStatus.Stopped, domain.Sweep.Trial(2).Status);
        Finish(domain);
        Assert.Equal(SweepStatus.Completed, domain.Sweep.Status);
        Nothing(domain);

        // Given again, it goes on.
        var again = Apply(domain, "parameters: { training.learning_rate: [0.4, 0.2, 0.1] }\ntrial: { training: { epochs: 1 } }");
        Assert.Equal([1, 2], again.Restored);
        Assert.Equal([2], again.Continued);
        Assert.False(domain.Sweep.Trial(2).IsDropped);
        Finish(domain);
        Assert.Equal(TrialStatus.Completed, domain.Sweep.Trial(2).Status);
    }

    [Fact]
    public void More_epochs_go_on_from_where_trials_are()
    {
        var domain = Submit("trial: { training: { epochs: 1 } }\nparameters: { training.learning_rate: [0.1, 0.2] }");
        domain.FinishTraining(domain.Train());
        domain.End(domain.Evaluate(), AttemptCause.Done);
        var running = domain.Train();
        var plan = Apply(domain, "trial: { training: { epochs: 3 } }\nparameters: { training.learning_rate: [0.1, 0.2] }");
        Assert.Equal([1, 2], plan.Continued);
        Assert.Equal(5, plan.EpochsToTrain);
        var first = domain.Sweep.Trial(1);
        Assert.Equal((TrialStatus.Pending, EvaluationStatus.None, null), (first.Status, first.Evaluation, first.Scores));
        Assert.True(domain.Sweep.Recalls(running));
        // It had its last epoch before it was asked to leave.
        domain.FinishTraining(running);
        Assert.Equal(TrialStatus.Pending, domain.Sweep.Trial(2).Status);
        Assert.Equal(3, domain.Sweep.SpecOf(domain.Sweep.Trial(2)).Settings.Training.Epochs);
        Finish(domain);
        Assert.All(domain.Sweep.Trials, trial => Assert.Equal((TrialStatus.Completed, 3), (trial.Status, trial.Epochs)));
        Nothing(domain);
    }

    [Theory]
    [InlineData(ScheduleChoice.Restart, "1", "0")]
    [InlineData(ScheduleChoice.Keep, "0", "1")]
    [InlineData(ScheduleChoice.Stretch, "0", "0")]
    public void Where_the_learning_rate_depends_on_the_end_it_is_to_be_said_how_it_goes_on(
        ScheduleChoice choice,
        string restart,
        string hold
    )
    {
        const string cosine = "parameters: { training.learning_rate: [0.1, 0.2] }\ntrial: { training: { schedule: cosine, epochs: ";
        var domain = Done($"{cosine}1 }} }}");
        var change = Change(domain, $"{cosine}3 }} }}");
        Assert.True(SweepChange.Of(domain.Sweep, change).AsksForSchedule);
        Assert.Contains("restart, stretch or keep", domain.Do(change).Refusal, StringComparison.Ordinal);
        Assert.Null(domain.Do(change with { Beyond = choice }).Refusal);
        var settings = domain.Sweep.SpecOf(domain.Sweep.Trial(1)).Settings.Values;
        Assert.Equal((restart, hold), (settings["training.cosine_restart"], settings["training.cosine_hold"]));
        Finish(domain);
        Nothing(domain);
    }

    [Fact]
    public void More_replicates_join_their_configurations()
    {
        var domain = Done($"{Epoch}\nparameters: {{ training.learning_rate: [0.1, 0.2], replicate: [1] }}");
        var plan = Apply(domain, $"{Epoch}\nparameters: {{ training.learning_rate: [0.1, 0.2, 0.3], replicate: [1, 2] }}");
        Assert.Equal(
            [(1, "2"), (2, "2"), (null, "1"), (null, "2")],
            plan.New.Select(one => (one.Configuration, one.Parameters["replicate"]))
        );
        Assert.Equal(
            [
                [1, 3],
                [2, 4],
                [5, 6],
            ],
            domain.Sweep.Configurations.Select(numbers => numbers.ToArray())
        );
        Finish(domain);
        Nothing(domain);
    }

    [Fact]
    public void What_was_fixed_may_be_swept_and_the_trials_are_the_same()
    {
        var domain = Done("trial: { training: { epochs: 1, ema: 0.5 } }\n" + Rates);
        var plan = Apply(
            domain,
            "trial: { training: { epochs: 1, ema: 0.9 } }\nparameters: { training.learning_rate: [0.2], training.ema: [0.5, 0.6] }"
        );
        Assert.Equal([2], plan.Kept);
        Assert.Equal([1], plan.Dropped);
        // Also what is no longer given has the settings that it was trained with.
        Assert.Equal(0.5, domain.Sweep.SpecOf(domain.Sweep.Trial(1)).Settings.Training.Ema);
        Assert.Equal("0.5", domain.Sweep.Trial(2).Parameter("training.ema"));
        Finish(domain);
        // Though it is better than the others.
        Assert.Equal(2, TrialRanking.Best(domain.Sweep)!.Number);
        Assert.Equal([2], ParetoFront.Of(domain.Sweep).Trials);
        Nothing(domain);
    }

    [Fact]
    public void Other_evaluations_are_made_again_and_nothing_is_trained()
    {
        var domain = Done($"{Epoch}\n{Rates}");
        var plan = Apply(domain, $"{Epoch}\n{Rates}\nevaluation: {{ samples: 500 }}");
        Assert.Equal([1, 2], plan.EvaluatedAgain);
        Assert.Equal(0, plan.EpochsToTrain);
        var evaluation = domain.Evaluate();
        // Changed once more while one runs: what comes of that is of no use.
        Apply(domain, $"{Epoch}\n{Rates}\nevaluation: {{ samples: 600 }}");
        Assert.NotNull(domain.End(evaluation, AttemptCause.Done).Refusal);
        Finish(domain);
        Nothing(domain);
    }

    [Fact]
    public void A_smaller_share_in_the_file_lets_trials_leave()
    {
        var domain = Submit($"{Epoch}\n{Rates}");
        var (first, second) = (domain.Train("n1", 1), domain.Train("n1", 2));
        Apply(domain, $"{Epoch}\n{Rates}\nshare: {{ max_slots: 1 }}");
        Assert.Equal((false, true), (domain.Sweep.Recalls(first), domain.Sweep.Recalls(second)));
        domain.End(second, AttemptCause.Interrupted);
        domain.FinishTraining(first);
        Finish(domain);
        Nothing(domain);
    }

    [Fact]
    public void What_had_all_its_time_goes_on_where_the_file_gives_it_more_but_not_where_it_is_gone()
    {
        const string hours = "training: { max_hours: ";
        var domain = Submit($"{Epoch}\n{Rates}\n{hours}0.01 }}");
        foreach (var slot in new[] { 1, 2 })
        {
            var lease = domain.Train("n1", slot);
            domain.Wait(TimeSpan.FromHours(0.02));
            domain.Do(new ReportCheckpoint(lease.Token, 1, SweepDomain.Checkpoint(0, final: false)));
            domain.End(lease, AttemptCause.Interrupted);
        }

        Assert.All(domain.Sweep.Trials, trial => Assert.Equal(AttemptCause.TimeLimit, trial.End!.Cause));
        Apply(domain, $"{Epoch}\nparameters: {{ training.learning_rate: [0.2] }}\n{hours}1 }}");
        Assert.Equal([TrialStatus.Stopped, TrialStatus.Pending], domain.Sweep.Trials.Select(trial => trial.Status));
        Finish(domain);
        Nothing(domain);
    }

    [Fact]
    public void What_is_gone_takes_no_place_among_the_best_that_are_evaluated()
    {
        const string best = "evaluation: { when: best 1 }";
        var domain = Submit($"{Epoch}\n{Rates}\n{best}");
        Train(domain, domain.Train());
        // It would be the best.
        Apply(domain, $"{Epoch}\nparameters: {{ training.learning_rate: [0.2] }}\n{best}");
        Finish(domain);
        Assert.Equal([EvaluationStatus.None, EvaluationStatus.Completed], domain.Sweep.Trials.Select(trial => trial.Evaluation));
        Nothing(domain);
    }

    [Fact]
    public void A_stopped_sweep_goes_on()
    {
        var domain = Submit($"{Epoch}\n{Rates}");
        domain.FinishTraining(domain.Train());
        domain.Do(new StopSweep());
        domain.End(domain.Evaluate(), AttemptCause.Done);
        Assert.Equal(SweepStatus.Stopped, domain.Sweep.Status);
        Assert.Equal([2], Apply(domain, $"{Epoch}\n{Rates}").Continued);
        Finish(domain);
        Assert.Equal(SweepStatus.Completed, domain.Sweep.Status);
        Nothing(domain);
    }

    [Fact]
    public void A_search_is_given_more_trials_and_another_space()
    {
        const string search = "parameters: { training.learning_rate: { log_uniform: [0.001, 0.1] } }\nsearch: { algorithm: tpe, trials: ";
        var domain = Done($"{Epoch}\n{search}4, start_trials: 2 }}");
        Assert.Equal(4, domain.Sweep.Trials.Count);
        var more = Apply(domain, $"{Epoch}\n{search}6, start_trials: 2 }}");
        Assert.Equal((4, 2), (more.Kept.Length, more.ToDraw));
        Finish(domain);
        Assert.Equal(6, domain.Sweep.Trials.Count);
        Nothing(domain);

        var half = Rate(
            domain
                .Sweep.Trials.Max(trial => Rate(trial.Parameter("training.learning_rate")!) / 1.0001)
                .ToString("R", System.Globalization.CultureInfo.InvariantCulture)
        );
        var narrower = Apply(
            domain,
            FormattableString.Invariant($"{Epoch}\nparameters: {{ training.learning_rate: {{ log_uniform: [0.001, {half}] }} }}\n")
                + "search: { algorithm: tpe, trials: 6, start_trials: 2 }"
        );
        Assert.Equal((5, 1, 1), (narrower.Kept.Length, narrower.Dropped.Length, narrower.ToDraw));
        Finish(domain);
        Assert.Equal((7, SweepStatus.Completed), (domain.Sweep.Trials.Count, domain.Sweep.Status));
        Nothing(domain);

        static double Rate(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_longer_budget_of_ASHA_keeps_its_rungs()
    {
        const string asha =
            "parameters: { training.learning_rate: [0.1, 0.2, 0.3, 0.4] }\nscheduler: { algorithm: asha, reduction: 2 }\n"
            + "trial: { training: { epochs: ";
        var domain = Done($"{asha}2 }} }}");
        var (trained, pruned) = (domain.Sweep.Count(TrialStatus.Completed), domain.Sweep.Count(TrialStatus.Pruned));
        Apply(domain, $"{asha}4 }} }}");
        // What came to the last level waits there, as on any other.
        Assert.Equal(trained, domain.Sweep.Count(TrialStatus.Paused));
        Assert.Equal(trained, domain.Sweep.Rungs[""][2].Waiting.Count);
        Finish(domain);
        Assert.Equal(4, domain.Sweep.Trials.Max(trial => trial.Epochs));
        Assert.True(domain.Sweep.Count(TrialStatus.Pruned) >= pruned);
        Nothing(domain);
    }

    [Theory]
    [InlineData("dataset: mnist", "dataset: digits → mnist: trials on other data")]
    [InlineData("seed: 3", "seed: 0 → 3: every trial would draw other numbers")]
    [InlineData("scheduler: { algorithm: asha }", "scheduler.algorithm: none → asha: trials were given up by its rule")]
    [InlineData("trial: { training: { epochs: 1 } }", "training.epochs: trial 0001 has begun with 2, and none can be taken back")]
    public void What_cannot_be_kept_is_refused_with_the_way_out(string line, string why)
    {
        const string before = "dataset: digits\ntrial: { training: { epochs: 2 } }";
        var domain = Done($"trial: {{ training: {{ epochs: 2 }} }}\n{Rates}");
        var journal = domain.Journal.Count;
        var after = string.Join('\n', before.Split('\n').Where(one => one.Split(':')[0] != line.Split(':')[0]).Append(line));
        var text = $"name: test\n{after}\n{Rates}";
        var refusal = domain.Do(new ChangeSpec(SweepFile.Parse(text, "f"), text)).Refusal;
        Assert.StartsWith(why, refusal, StringComparison.Ordinal);
        Assert.Contains("another name", refusal, StringComparison.Ordinal);
        Assert.Equal(journal, domain.Journal.Count);
    }

    const string Epoch = "trial: { training: { epochs: 1 } }";

    static string Text(string more) => $"name: test\ndataset: digits\n{more}\n";

    static SweepDomain Submit(string more) => SweepDomain.Of(Text(more));

    static SweepDomain Done(string more)
    {
        var domain = Submit(more);
        Finish(domain);
        return domain;
    }

    static ChangeSpec Change(SweepDomain domain, string more) => new(SweepFile.Parse(Text(more), "f"), Text(more));

    static SweepChange Apply(SweepDomain domain, string more)
    {
        var change = Change(domain, more);
        var plan = SweepChange.Of(domain.Sweep, change);
        Assert.Null(domain.Do(change).Refusal);
        return plan;
    }

    /// <summary>To apply the same again does nothing, and the journal replays.</summary>
    static void Nothing(SweepDomain domain)
    {
        var again = domain.Do(new ChangeSpec(domain.Sweep.Spec, domain.Sweep.File));
        Assert.Null(again.Refusal);
        Assert.Empty(again.Events);
        Assert.Empty(domain.Replayed().Differences);
        Assert.All(
            domain.Sweep.Trials.Where(trial => !trial.IsDropped),
            trial => Assert.Equal(TrialFactory.Create(domain.Sweep.Spec, trial.Parameters).Dataset, domain.Sweep.Spec.Dataset)
        );
    }

    /// <summary>Trains and evaluates all that is left; the better the fewer the trial's number.</summary>
    static void Finish(SweepDomain domain)
    {
        while (!domain.Sweep.IsOver)
        {
            if (domain.Grant(WorkKind.Training) is { } lease)
                Train(domain, lease);
            else
                domain.End(domain.Evaluate(), AttemptCause.Done);
        }
    }

    static void Train(SweepDomain domain, Lease lease)
    {
        var trial = domain.Sweep.Trial(lease.Trial);
        var (goal, last) = (Ladders.Milestone(domain.Sweep, trial), Ladders.TrialEpochs(domain.Sweep.Spec, trial));
        var sequence = 0;
        for (var epoch = trial.Epochs + 1; epoch <= goal; epoch++)
            domain.Do(
                new ReportEpoch(lease.Token, ++sequence, SweepDomain.Epoch(epoch) with { ValidationBitsPerDim = 3 + trial.Number * 0.01 })
            );
        domain.Do(new ReportCheckpoint(lease.Token, ++sequence, SweepDomain.Checkpoint(goal, final: goal == last)));
        domain.End(lease, AttemptCause.Done);
    }
}
