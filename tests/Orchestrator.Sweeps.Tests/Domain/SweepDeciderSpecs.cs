using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

public sealed class SweepDeciderSpecs
{
    [Fact]
    public void A_sweep_runs_trains_evaluates_and_ends()
    {
        var domain = SweepDomain.WithTrials(2);
        foreach (var _ in Enumerable.Range(0, 2))
            domain.FinishTraining(domain.Train());
        Assert.Null(domain.Grant(WorkKind.Training));
        Assert.False(domain.Sweep.IsOver);
        foreach (var _ in Enumerable.Range(0, 2))
            domain.End(domain.Evaluate(), AttemptCause.Done);

        Assert.Equal(SweepStatus.Completed, domain.Sweep.Status);
        Assert.All(
            domain.Sweep.Trials,
            trial => Assert.Equal((TrialStatus.Completed, EvaluationStatus.Completed, 1), (trial.Status, trial.Evaluation, trial.Attempts))
        );
    }

    [Fact]
    public void The_same_spec_again_changes_nothing_and_another_is_refused_with_what_differs()
    {
        var domain = SweepDomain.WithTrials(2);
        var same = SweepFile.Parse("# with a comment\nname: test\ndataset: digits\nparameters: { replicate: [1, 2] }", "b.yaml");
        Assert.Equal(Decision.Nothing, domain.Do(new SubmitSweep(same, "")));
        var other = SweepFile.Parse(
            "name: test\ndataset: digits\ntrial: { training: { epochs: 77 } }\nparameters: { replicate: [1, 2] }",
            "c.yaml"
        );
        Assert.Contains("training.epochs", domain.Do(new SubmitSweep(other, "")).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_under_a_lost_lease_is_refused()
    {
        var domain = SweepDomain.WithTrials(1);
        var lost = domain.Train("n1");
        domain.End(lost, AttemptCause.NodeLost);
        var held = domain.Train("n2");

        Assert.True(held.Token > lost.Token);
        Assert.Equal(2, held.Attempt);
        Assert.NotNull(domain.Do(new ReportEpoch(lost.Token, 1, SweepDomain.Epoch(1))).Refusal);
        Assert.NotNull(domain.End(lost, AttemptCause.Done).Refusal);
        Assert.Equal(TrialStatus.Running, domain.Sweep.Trial(1).Status);
    }

    [Fact]
    public void A_repeated_report_is_counted_once()
    {
        var domain = SweepDomain.WithTrials(1);
        var lease = domain.Train();
        Assert.Single(domain.Do(new ReportEpoch(lease.Token, 1, SweepDomain.Epoch(1))).Events);
        var again = domain.Do(new ReportEpoch(lease.Token, 1, SweepDomain.Epoch(1)));
        Assert.Null(again.Refusal);
        Assert.Empty(again.Events);
    }

    [Theory]
    [InlineData(AttemptCause.Crash, 3)]
    [InlineData(AttemptCause.Divergence, 2)]
    [InlineData(AttemptCause.BadSpec, 0)]
    public void Retries_are_counted_by_cause(AttemptCause cause, int retries)
    {
        var domain = SweepDomain.WithTrials(1, "retries: { crash: 3, out_of_memory: 1, divergence: 2 }");
        for (var attempt = 1; attempt <= retries; attempt++)
        {
            domain.End(domain.Train(), cause);
            Assert.Equal(TrialStatus.Pending, domain.Sweep.Trial(1).Status);
        }

        domain.End(domain.Train(), cause);
        Assert.Equal((TrialStatus.Failed, cause), (domain.Sweep.Trial(1).Status, domain.Sweep.Trial(1).End!.Cause));
        Assert.Equal(SweepStatus.Failed, domain.Sweep.Status);
    }

    [Theory]
    [InlineData(AttemptCause.NodeLost)]
    [InlineData(AttemptCause.Interrupted)]
    public void Node_loss_and_preemption_never_count(AttemptCause cause)
    {
        var domain = SweepDomain.WithTrials(1, "retries: { crash: 0 }");
        for (var attempt = 0; attempt < 20; attempt++)
            domain.End(domain.Train(), cause);
        Assert.Equal(TrialStatus.Pending, domain.Sweep.Trial(1).Status);
    }

    [Fact]
    public void Divergence_moves_the_retry_to_another_stream_of_random_draws()
    {
        var domain = SweepDomain.WithTrials(1, "retries: { divergence: 1 }");
        domain.End(domain.Train(), AttemptCause.NodeLost);
        Assert.Equal(0, domain.Sweep.Trial(1).Stream);
        domain.End(domain.Train(), AttemptCause.Divergence);
        Assert.Equal(1, domain.Sweep.Trial(1).Stream);
    }

    [Fact]
    public void A_trial_that_ends_well_without_its_final_checkpoint_has_crashed()
    {
        var domain = SweepDomain.WithTrials(1);
        var lease = domain.Train();
        domain.Do(new ReportCheckpoint(lease.Token, 1, SweepDomain.Checkpoint(1, final: false)));
        domain.End(lease, AttemptCause.Done);
        Assert.Equal((TrialStatus.Pending, AttemptCause.Crash), (domain.Sweep.Trial(1).Status, domain.Sweep.Trial(1).End!.Cause));
    }

    [Fact]
    public void A_sweep_completes_unless_every_trial_failed()
    {
        var domain = SweepDomain.WithTrials(2);
        domain.End(domain.Train(), AttemptCause.BadSpec);
        domain.FinishTraining(domain.Train());
        domain.End(domain.Evaluate(), AttemptCause.Divergence);
        Assert.Equal(EvaluationStatus.Failed, domain.Sweep.Trial(2).Evaluation);
        Assert.Equal(SweepStatus.Completed, domain.Sweep.Status);
    }

    [Fact]
    public void A_stop_drains_what_runs_evaluates_what_is_complete_and_drops_the_rest()
    {
        var domain = SweepDomain.WithTrials(3);
        domain.FinishTraining(domain.Train());
        var running = domain.Train();
        domain.Do(new StopSweep());
        Assert.Equal(TrialStatus.Stopped, domain.Sweep.Trial(3).Status);
        Assert.Null(domain.Grant(WorkKind.Training));
        domain.End(running, AttemptCause.Interrupted);
        Assert.Equal(TrialStatus.Stopped, domain.Sweep.Trial(2).Status);
        domain.End(domain.Evaluate(), AttemptCause.Done);
        Assert.Equal(SweepStatus.Stopped, domain.Sweep.Status);
    }

    [Fact]
    public void A_second_stop_changes_nothing()
    {
        var domain = SweepDomain.WithTrials(1);
        var running = domain.Train();
        domain.Do(new StopSweep());
        Assert.Equal(Decision.Nothing, domain.Do(new StopSweep()));
        domain.End(running, AttemptCause.Interrupted);
        Assert.Equal(Decision.Nothing, domain.Do(new StopSweep()));
        Assert.Equal(SweepStatus.Stopped, domain.Sweep.Status);
    }

    [Fact]
    public void A_trial_tells_where_and_how_long_it_trained_and_what_was_reported()
    {
        var domain = SweepDomain.WithTrials(1);
        domain.End(domain.Train("n1"), AttemptCause.NodeLost);
        domain.FinishTraining(domain.Train("n2"));
        domain.End(domain.Evaluate(), AttemptCause.Done);
        var trial = domain.Sweep.Trial(1);
        // A second passes with each command: one under the first lease, three under the second.
        Assert.Equal(("n2", TimeSpan.FromSeconds(4)), (trial.Node, trial.Trained));
        Assert.Equal(SweepDomain.Epoch(1), trial.LastReport);
        Assert.Equivalent(SweepDomain.Scores, trial.Scores, strict: true);
    }

    [Fact]
    public void Retries_of_an_evaluation_are_counted_apart_from_those_of_training()
    {
        var domain = SweepDomain.WithTrials(1, "retries: { crash: 1 }");
        domain.End(domain.Train(), AttemptCause.Crash);
        domain.FinishTraining(domain.Train());
        domain.End(domain.Evaluate(), AttemptCause.Crash);
        Assert.Equal(EvaluationStatus.Pending, domain.Sweep.Trial(1).Evaluation);
        var again = domain.Evaluate();
        Assert.Equal(2, again.Attempt);
        domain.End(again, AttemptCause.Crash);
        Assert.Equal(
            (EvaluationStatus.Failed, AttemptCause.Crash),
            (domain.Sweep.Trial(1).Evaluation, domain.Sweep.Trial(1).EvaluationEnd!.Cause)
        );
    }

    [Fact]
    public void An_evaluation_that_ends_well_without_its_scores_has_crashed()
    {
        var domain = SweepDomain.WithTrials(1);
        domain.FinishTraining(domain.Train());
        domain.Do(new EndLease(domain.Evaluate().Token, new AttemptEnd(AttemptCause.Done)));
        Assert.Equal(
            (EvaluationStatus.Pending, AttemptCause.Crash),
            (domain.Sweep.Trial(1).Evaluation, domain.Sweep.Trial(1).EvaluationEnd!.Cause)
        );
    }
}
