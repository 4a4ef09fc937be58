using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>What leases took, by what came of it. A command takes a second.</summary>
public sealed class SpendingSpecs
{
    [Theory]
    [InlineData(AttemptCause.Crash, 10, 5, 0)]
    [InlineData(AttemptCause.Divergence, 10, 5, 0)]
    [InlineData(AttemptCause.OutOfMemory, 10, 5, 0)]
    [InlineData(AttemptCause.Storage, 10, 5, 0)]
    [InlineData(AttemptCause.Interrupted, 10, 0, 5)]
    [InlineData(AttemptCause.NodeLost, 10, 0, 5)]
    [InlineData(AttemptCause.Done, 15, 0, 0)]
    public void An_attempt_keeps_what_it_did_up_to_its_newest_checkpoint(AttemptCause cause, int useful, int crashes, int preemption)
    {
        var domain = SweepDomain.WithTrials(1);
        var lease = domain.Train();
        domain.Wait(TimeSpan.FromSeconds(8));
        domain.Do(new ReportEpoch(lease.Token, 1, SweepDomain.Epoch(10)));
        domain.Do(new ReportCheckpoint(lease.Token, 2, SweepDomain.Checkpoint(10, final: true)));
        domain.Wait(TimeSpan.FromSeconds(4));
        domain.End(lease, cause);

        Assert.Equal((useful, crashes, preemption, 0), Seconds(domain.Sweep.Spent));
        Assert.Equal(domain.Sweep.Spent, domain.Sweep.Trial(1).Spent);
        var ended = Assert.Single(domain.Sweep.Trial(1).EndedLeases);
        Assert.Equal((WorkKind.Training, 1, cause), (ended.Kind, ended.Attempt, ended.Cause));
    }

    [Fact]
    public void Each_attempt_and_evaluation_of_a_trial_is_told_by_itself()
    {
        var domain = SweepDomain.WithTrials(1);
        domain.End(domain.Train(), AttemptCause.Crash);
        domain.FinishTraining(domain.Train());
        domain.End(domain.Evaluate(), AttemptCause.NodeLost);
        domain.End(domain.Evaluate(), AttemptCause.Done);

        Assert.Equal(
            [
                (WorkKind.Training, 1, AttemptCause.Crash, 1),
                (WorkKind.Training, 2, AttemptCause.Done, 3),
                (WorkKind.Evaluation, 1, AttemptCause.NodeLost, 1),
                (WorkKind.Evaluation, 2, AttemptCause.Done, 1),
            ],
            domain
                .Sweep.Trial(1)
                .EndedLeases.Select(ended => (ended.Kind, ended.Attempt, ended.Cause, (int)ended.Spent.Total.Slot.TotalSeconds))
        );
    }

    [Fact]
    public void Without_a_checkpoint_all_is_lost_and_what_holds_counts_as_useful()
    {
        var domain = SweepDomain.WithTrials(1);
        var lease = domain.Train();
        domain.Wait(TimeSpan.FromSeconds(8));
        Assert.Equal((60, 0, 0, 0), Seconds(domain.Sweep.SpentUntil(lease.GrantedAt.AddMinutes(1))));
        // Of what is not heard of nobody knows that it still runs.
        Assert.Equal((120, 0, 0, 0), Seconds(domain.Sweep.SpentUntil(lease.GrantedAt.AddHours(9))));
        // A clock that was set back takes nothing away.
        Assert.Equal((0, 0, 0, 0), Seconds(domain.Sweep.SpentUntil(lease.GrantedAt.AddHours(-1))));
        domain.End(lease, AttemptCause.Crash);
        Assert.Equal((0, 9, 0, 0), Seconds(domain.Sweep.Spent));
        Assert.Equal((0, 9, 0, 0), Seconds(domain.Sweep.SpentByNode["n1"]));
    }

    [Fact]
    public void A_night_in_which_nobody_was_there_counts_as_nothing()
    {
        var domain = SweepDomain.WithTrials(1);
        var lease = domain.Train();
        domain.Do(new ReportEpoch(lease.Token, 1, SweepDomain.Epoch(1)));
        domain.Wait(TimeSpan.FromHours(9));
        domain.End(lease, AttemptCause.NodeLost);
        Assert.Equal((0, 0, 121, 0), Seconds(domain.Sweep.Spent));
        domain.FinishTraining(domain.Train());
        var evaluation = domain.Evaluate();
        domain.Wait(TimeSpan.FromHours(9));
        domain.End(evaluation, AttemptCause.NodeLost);
        Assert.Equal(600, domain.Sweep.Spent.Evaluation.Slot.TotalSeconds);
    }

    [Fact]
    public void A_lease_of_a_gpu_takes_its_part_of_it_and_costs_as_much()
    {
        var domain = SweepDomain.WithTrials(2, "resources: { gpu_fraction: 0.5 }");
        var gpu = new SlotResources(0, 1, Price: 7200);
        domain.Do(new GrantLease("n1#1", 1, WorkKind.Training) { Free = gpu });
        domain.FinishTraining(domain.Sweep.Leases.Values.Single().Lease);
        domain.Do(new GrantLease("n1#2", 2, WorkKind.Evaluation) { Free = gpu with { Share = 0.25 } });
        domain.End(domain.Sweep.Leases.Values.Single().Lease, AttemptCause.Done);

        var spent = domain.Sweep.Spent;
        Assert.Equal(new Taken(TimeSpan.FromSeconds(3), 1.5, 3), spent.Useful);
        Assert.Equal(new Taken(TimeSpan.FromSeconds(1), 0.25, 0.5), spent.Evaluation);
        Assert.Equal(spent, domain.Sweep.SpentByNode["n1"]);
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void On_cores_a_slot_has_its_price_and_an_evaluation_on_cpu_takes_nothing_of_the_gpu_beside_it()
    {
        var domain = SweepDomain.WithTrials(1, "resources: { device: cpu }");
        domain.Do(new GrantLease("n", 1, WorkKind.Training) { Free = new SlotResources(null, 8, Price: 3600) });
        domain.FinishTraining(domain.Sweep.Leases.Values.Single().Lease);
        domain.Do(new GrantLease("n", 2, WorkKind.Evaluation) { Free = new SlotResources(0, 1, Price: 3600) });
        domain.End(domain.Sweep.Leases.Values.Single().Lease, AttemptCause.Done);

        Assert.Equal(new Taken(TimeSpan.FromSeconds(3), 0, 3), domain.Sweep.Spent.Useful);
        Assert.Equal(new Taken(TimeSpan.FromSeconds(1), 0, 0), domain.Sweep.Spent.Evaluation);
    }

    static (double, double, double, double) Seconds(Spending spent) =>
        (
            spent.Useful.Slot.TotalSeconds,
            spent.LostToCrashes.Slot.TotalSeconds,
            spent.LostToPreemption.Slot.TotalSeconds,
            spent.Evaluation.Slot.TotalSeconds
        );
}
