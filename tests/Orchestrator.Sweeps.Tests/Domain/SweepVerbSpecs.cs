using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>Pause, resume and retry.</summary>
public sealed class SweepVerbSpecs
{
    [Fact]
    public void A_paused_sweep_trains_nothing_evaluates_what_is_complete_and_goes_on_when_resumed()
    {
        var domain = SweepDomain.WithTrials(3);
        domain.FinishTraining(domain.Train());
        var running = domain.Train();
        domain.Do(new PauseSweep());
        Assert.Equal(SweepStatus.Paused, domain.Sweep.Status);
        Assert.Null(domain.Grant(WorkKind.Training));
        var evaluation = domain.Evaluate();
        Assert.Equal((true, false), (domain.Sweep.Recalls(running), domain.Sweep.Recalls(evaluation)));
        domain.End(running, AttemptCause.Interrupted);
        domain.End(evaluation, AttemptCause.Done);
        Assert.Equal(TrialStatus.Pending, domain.Sweep.Trial(2).Status);
        Assert.False(domain.Sweep.IsOver);

        domain.Do(new ResumeSweep());
        var again = domain.Train();
        Assert.Equal((2, 2, false), (again.Trial, again.Attempt, domain.Sweep.Recalls(again)));
    }

    [Fact]
    public void Leaving_for_a_pause_is_no_retry()
    {
        var domain = SweepDomain.WithTrials(1, "retries: { crash: 0, out_of_memory: 0, divergence: 0 }");
        for (var pause = 0; pause < 5; pause++)
        {
            var running = domain.Train();
            domain.Do(new PauseSweep());
            domain.End(running, AttemptCause.Interrupted);
            domain.Do(new ResumeSweep());
        }

        Assert.Equal(TrialStatus.Pending, domain.Sweep.Trial(1).Status);
    }

    [Fact]
    public void Pause_and_resume_a_second_time_change_nothing()
    {
        var domain = SweepDomain.WithTrials(1);
        Assert.Equal(Decision.Nothing, domain.Do(new ResumeSweep()));
        Assert.Single(domain.Do(new PauseSweep()).Events);
        Assert.Equal(Decision.Nothing, domain.Do(new PauseSweep()));
        Assert.Single(domain.Do(new ResumeSweep()).Events);
        Assert.Equal(Decision.Nothing, domain.Do(new ResumeSweep()));
    }

    [Fact]
    public void A_paused_sweep_can_be_stopped()
    {
        var domain = SweepDomain.WithTrials(2);
        var running = domain.Train();
        domain.Do(new PauseSweep());
        domain.Do(new StopSweep());
        Assert.Equal((SweepStatus.Stopping, TrialStatus.Stopped), (domain.Sweep.Status, domain.Sweep.Trial(2).Status));
        Assert.True(domain.Sweep.Recalls(running));
        domain.End(running, AttemptCause.Interrupted);
        Assert.Equal(SweepStatus.Stopped, domain.Sweep.Status);
    }

    [Fact]
    public void What_stops_or_is_over_is_neither_paused_nor_resumed()
    {
        var domain = SweepDomain.WithTrials(1);
        var running = domain.Train();
        domain.Do(new StopSweep());
        Assert.Contains("stopping", domain.Do(new PauseSweep()).Refusal, StringComparison.Ordinal);
        domain.End(running, AttemptCause.Interrupted);
        Assert.Contains("stopped", domain.Do(new ResumeSweep()).Refusal, StringComparison.Ordinal);
        Assert.Equal(SweepStatus.Stopped, domain.Sweep.Status);
    }

    [Fact]
    public void A_retry_reopens_a_sweep_that_is_over_and_gives_each_failed_trial_all_its_retries_again()
    {
        var domain = SweepDomain.WithTrials(2, "retries: { crash: 1, out_of_memory: 0, divergence: 0 }");
        domain.FinishTraining(domain.Train());
        domain.End(domain.Evaluate(), AttemptCause.Done);
        domain.End(domain.Train(), AttemptCause.Crash);
        domain.End(domain.Train(), AttemptCause.Crash);
        Assert.Equal((SweepStatus.Completed, TrialStatus.Failed), (domain.Sweep.Status, domain.Sweep.Trial(2).Status));

        Assert.Equal([typeof(SweepReopened), typeof(TrialRetried)], domain.Do(new RetryTrials([])).Events.Select(fact => fact.GetType()));
        Assert.Equal(
            (SweepStatus.Running, false, TrialStatus.Completed),
            (domain.Sweep.Status, domain.Sweep.IsOver, domain.Sweep.Trial(1).Status)
        );
        Assert.Equal(Decision.Nothing, domain.Do(new RetryTrials([])));
        domain.End(domain.Train(), AttemptCause.Crash);
        Assert.Equal(TrialStatus.Pending, domain.Sweep.Trial(2).Status);
        domain.End(domain.Train(), AttemptCause.Crash);
        Assert.Equal((TrialStatus.Failed, SweepStatus.Completed), (domain.Sweep.Trial(2).Status, domain.Sweep.Status));
        // What happened stays on record.
        Assert.Equal((4, 4), (domain.Sweep.Trial(2).Attempts, domain.Sweep.Trial(2).Ends[AttemptCause.Crash]));
    }

    [Fact]
    public void A_retry_after_divergence_takes_a_stream_of_random_draws_that_did_not_diverge()
    {
        var domain = SweepDomain.WithTrials(1, "retries: { divergence: 0 }");
        domain.End(domain.Train(), AttemptCause.Divergence);
        domain.Do(new RetryTrials([]));
        Assert.Equal(1, domain.Sweep.Trial(1).Stream);
    }

    [Fact]
    public void Only_the_trials_that_are_named_are_tried_again()
    {
        var domain = SweepDomain.WithTrials(3);
        foreach (var _ in Enumerable.Range(0, 3))
            domain.End(domain.Train(), AttemptCause.BadSpec);
        domain.Do(new RetryTrials([3, 2, 3]));
        Assert.Equal([2, 3], domain.Sweep.PendingTrials);
        Assert.Equal(TrialStatus.Failed, domain.Sweep.Trial(1).Status);
        Assert.Equal(Decision.Nothing, domain.Do(new RetryTrials([2])));
        Assert.Contains("0001 to 0003", domain.Do(new RetryTrials([4])).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void An_evaluation_that_failed_is_tried_again_without_training()
    {
        var domain = SweepDomain.WithTrials(1, "retries: { crash: 0 }");
        domain.FinishTraining(domain.Train());
        domain.End(domain.Evaluate(), AttemptCause.Crash);
        Assert.True(domain.Sweep.IsOver);
        domain.Do(new RetryTrials([]));
        Assert.Null(domain.Grant(WorkKind.Training));
        domain.End(domain.Evaluate(), AttemptCause.Done);
        Assert.Equal((SweepStatus.Completed, EvaluationStatus.Completed), (domain.Sweep.Status, domain.Sweep.Trial(1).Evaluation));
    }

    [Fact]
    public void Retried_trials_of_a_paused_sweep_wait_until_it_is_resumed()
    {
        var domain = SweepDomain.WithTrials(2);
        domain.End(domain.Train(), AttemptCause.BadSpec);
        domain.Do(new PauseSweep());
        domain.Do(new RetryTrials([1]));
        Assert.Equal((SweepStatus.Paused, TrialStatus.Pending), (domain.Sweep.Status, domain.Sweep.Trial(1).Status));
        Assert.Null(domain.Grant(WorkKind.Training));
    }

    [Fact]
    public void A_trial_that_was_stopped_is_not_tried_again_and_its_sweep_ends_as_stopped()
    {
        var domain = SweepDomain.WithTrials(2);
        domain.End(domain.Train(), AttemptCause.BadSpec);
        var running = domain.Train();
        domain.Do(new StopSweep());
        Assert.Contains("stopping", domain.Do(new RetryTrials([])).Refusal, StringComparison.Ordinal);
        domain.End(running, AttemptCause.Interrupted);
        Assert.Contains("0002 was stopped", domain.Do(new RetryTrials([2])).Refusal, StringComparison.Ordinal);
        domain.Do(new RetryTrials([]));
        domain.FinishTraining(domain.Train());
        domain.End(domain.Evaluate(), AttemptCause.Done);
        Assert.Equal(SweepStatus.Stopped, domain.Sweep.Status);
    }
}
