using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>What a budget ends, and what goes on where there is more of it. A command takes a second.</summary>
public sealed class BudgetSpecs
{
    static readonly SlotResources Gpu = new(0, 1, Price: 2);

    [Theory]
    [InlineData("slot_hours: 10")]
    [InlineData("gpu_hours: 10")]
    [InlineData("cost: 20")]
    [InlineData("until: 2026-01-01T10:00Z")]
    public void Training_ends_while_there_is_enough_left_for_the_evaluations_and_the_best_is_scored(string bound)
    {
        var domain = SweepDomain.WithTrials(3, $"budget: {{ {bound} }}");
        Grant(domain);
        var lease = domain.Sweep.Leases.Values.Single().Lease;
        domain.Do(new ReportEpoch(lease.Token, 1, SweepDomain.Epoch(1)));
        domain.Do(new ReportCheckpoint(lease.Token, 2, SweepDomain.Checkpoint(1, final: false)));
        // Ten minutes for one evaluation.
        Trains(domain, lease, hours: 9.8);
        Assert.Empty(domain.Do(new CheckBudget()).Events);
        Trains(domain, lease, hours: 0.05);
        domain.Do(new CheckBudget());

        Assert.True(domain.Sweep.Recalls(lease));
        Assert.Equal(SweepStatus.Stopping, domain.Sweep.Status);
        Assert.Null(Grant(domain));
        domain.End(lease, AttemptCause.Interrupted);
        Assert.All(
            domain.Sweep.Trials,
            trial => Assert.Equal((TrialStatus.Stopped, AttemptCause.Budget), (trial.Status, trial.End?.Cause))
        );
        Assert.Equal([1], domain.Sweep.PendingEvaluations.Select(one => one.Trial));
        domain.End(domain.Evaluate(), AttemptCause.Done);

        Assert.Equal((SweepStatus.Stopped, true), (domain.Sweep.Status, domain.Sweep.IsOver));
        Assert.StartsWith($"budget.{bound.Split(':')[0]} of ", domain.Sweep.StoppedBecause?.Message);
        Assert.NotNull(domain.Sweep.Trial(1).Scores);
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void Neither_gpu_hours_nor_cost_count_on_cores_without_a_price()
    {
        var domain = SweepDomain.WithTrials(1, "budget: { gpu_hours: 1, cost: 1 }");
        Trains(domain, domain.Train(), hours: 100);
        Assert.Empty(domain.Do(new CheckBudget()).Events);
    }

    [Fact]
    public void What_is_kept_back_follows_what_evaluations_took()
    {
        var domain = SweepDomain.WithTrials(3, "budget: { slot_hours: 10 }");
        domain.FinishTraining(domain.Train());
        var evaluation = domain.Evaluate();
        domain.Wait(TimeSpan.FromHours(1));
        domain.End(evaluation, AttemptCause.Done);
        domain.Train();
        var limit = Budgets.LimitsOf(domain.Sweep, domain.Sweep.Leases.Values.Single().Lease.GrantedAt).Single();
        Assert.Equal(("budget.slot_hours", 10, 1), (limit.Path, limit.Total, Math.Round(limit.KeptBack, 3)));
        Assert.Equal(1, limit.Used, 0.01);
    }

    [Fact]
    public void Once_all_is_used_nothing_is_evaluated_that_waits_but_something_is_scored()
    {
        var domain = SweepDomain.WithTrials(3, "budget: { slot_hours: 1 }");
        domain.FinishTraining(domain.Train());
        domain.FinishTraining(domain.Train());
        Trains(domain, domain.Train(), hours: 2);
        domain.Do(new CheckBudget());
        domain.End(domain.Sweep.Leases.Values.Single().Lease, AttemptCause.Interrupted);
        Assert.Equal(3, domain.Sweep.PendingEvaluations.Count);
        domain.End(domain.Evaluate(), AttemptCause.Done);
        Assert.Null(domain.Grant(WorkKind.Evaluation));
        domain.Do(new CheckBudget());
        Assert.True(domain.Sweep.IsOver);
        Assert.Equal(1, domain.Sweep.Trials.Count(trial => trial.Scores is not null));
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void More_of_it_goes_on_with_all_that_it_stopped()
    {
        var domain = SweepDomain.WithTrials(3, "budget: { slot_hours: 1 }");
        var lease = domain.Train();
        domain.Do(new ReportEpoch(lease.Token, 1, SweepDomain.Epoch(1)));
        Trains(domain, lease, hours: 1);
        domain.Do(new CheckBudget());
        // While it leaves: less than it has used is refused once it is over, more lets it stay.
        domain.Do(Set("2"));
        Assert.Equal((SweepStatus.Running, 2, false), (domain.Sweep.Status, domain.Sweep.PendingTrials.Count, domain.Sweep.Recalls(lease)));

        Trains(domain, lease, hours: 1);
        domain.Do(new CheckBudget());
        domain.End(lease, AttemptCause.Interrupted);
        var evaluation = domain.Evaluate();
        // The evaluation that runs makes way.
        domain.Do(Set("3"));
        Assert.Empty(domain.Sweep.Leases);
        Assert.NotNull(domain.End(evaluation, AttemptCause.Done).Refusal);
        Assert.Equal(3, domain.Sweep.PendingTrials.Count);

        Trains(domain, domain.Train(), hours: 1);
        domain.Do(new CheckBudget());
        domain.End(domain.Sweep.Leases.Values.Single().Lease, AttemptCause.Interrupted);
        domain.End(domain.Evaluate(), AttemptCause.Done);
        Assert.True(domain.Sweep.IsOver);
        Assert.StartsWith("that is not enough", domain.Do(Set("3.001")).Refusal);
        Assert.Contains("set more of it first", domain.Do(new RetryTrials([])).Refusal);
        domain.Do(Set("none"));
        Assert.Equal((SweepStatus.Running, 3), (domain.Sweep.Status, domain.Sweep.PendingTrials.Count));
        foreach (var _ in domain.Sweep.Trials)
            domain.FinishTraining(domain.Train());
        foreach (var _ in domain.Sweep.Trials)
            domain.End(domain.Evaluate(), AttemptCause.Done);
        Assert.Equal(SweepStatus.Completed, domain.Sweep.Status);
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void A_trial_has_its_hours_over_all_attempts_and_ends_evaluated()
    {
        var domain = SweepDomain.WithTrials(2, "training: { max_hours: 2 }");
        var first = domain.Train();
        Trains(domain, first, hours: 1.5);
        domain.End(first, AttemptCause.NodeLost);
        domain.Wait(TimeSpan.FromHours(9));
        Assert.Empty(domain.Do(new CheckBudget()).Events);
        var second = domain.Train();
        domain.Do(new ReportEpoch(second.Token, 1, SweepDomain.Epoch(1)));
        Trains(domain, second, hours: 0.5);
        domain.Do(new CheckBudget());
        Assert.True(domain.Sweep.Recalls(second));
        domain.End(second, AttemptCause.Interrupted);

        Assert.Equal((TrialStatus.Stopped, AttemptCause.TimeLimit), (domain.Sweep.Trial(1).Status, domain.Sweep.Trial(1).End?.Cause));
        domain.End(domain.Evaluate(), AttemptCause.Done);
        domain.FinishTraining(domain.Train());
        domain.End(domain.Evaluate(), AttemptCause.Done);
        Assert.Equal(SweepStatus.Completed, domain.Sweep.Status);
        domain.Do(new SetSweep(ImmutableSortedDictionary<string, string>.Empty.Add("training.max_hours", "3")));
        Assert.Equal((SweepStatus.Running, TrialStatus.Pending), (domain.Sweep.Status, domain.Sweep.Trial(1).Status));
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void Of_trials_that_wait_at_a_rung_the_best_is_evaluated_and_they_wait_there_again()
    {
        const string file = """
            name: test
            dataset: digits
            trial: { training.epochs: 4 }
            parameters: { replicate: [1] , flow.steps: [1, 2, 3] }
            scheduler: { algorithm: asha, min_epochs: 1, reduction: 4 }
            budget: { slot_hours: 1 }
            """;
        var domain = SweepDomain.Of(file);
        foreach (var bits in (double[])[3, 2])
        {
            var lease = domain.Train();
            domain.Do(new ReportEpoch(lease.Token, 1, SweepDomain.Epoch(1) with { ValidationBitsPerDim = bits }));
            domain.Do(new ReportCheckpoint(lease.Token, 2, SweepDomain.Checkpoint(1, final: false)));
            domain.End(lease, AttemptCause.Done);
        }

        var last = domain.Train();
        Trains(domain, last, hours: 1);
        domain.Do(new CheckBudget());
        domain.End(last, AttemptCause.Interrupted);
        Assert.Equal([2, 3], domain.Sweep.PendingEvaluations.Select(one => one.Trial));
        domain.Do(Set("5"));
        Assert.Equal([1, 2], domain.Sweep.PausedTrials);
        Assert.Equal([3], domain.Sweep.PendingTrials);
        Assert.Equal(2, domain.Sweep.Rungs.Single().Value[1].Waiting.Count);
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void A_time_that_is_over_is_refused()
    {
        var spec = SweepFile.Parse(
            "name: s\ndataset: digits\nparameters: { replicate: [1] }\nbudget: { until: 2026-01-01T09:00+01:00 }",
            "s"
        );
        Assert.Equal(
            "budget.until: 2026-01-01T08:00:00Z is over already",
            SweepDecider.Decide(null, new SubmitSweep(spec, ""), new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero)).Refusal
        );
    }

    /// <summary>For so long, and writes a checkpoint then.</summary>
    static void Trains(SweepDomain domain, Lease lease, double hours)
    {
        domain.Wait(TimeSpan.FromHours(hours));
        var next = domain.Sweep.Leases[lease.Token].LastSequence + 1;
        domain.Do(new ReportCheckpoint(lease.Token, next, SweepDomain.Checkpoint(1, final: false)));
    }

    static SetSweep Set(string hours) => new(ImmutableSortedDictionary<string, string>.Empty.Add("budget.slot_hours", hours));

    static Lease? Grant(SweepDomain domain) =>
        domain.Do(new GrantLease("n", 1, WorkKind.Training) { Free = Gpu }).Events.OfType<LeaseGranted>().FirstOrDefault() is { } granted
            ? domain.Sweep.Leases[granted.Token].Lease
            : null;
}
