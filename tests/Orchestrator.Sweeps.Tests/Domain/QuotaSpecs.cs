using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>What the sweeps of one token may have together. A command takes a second.</summary>
public sealed class QuotaSpecs
{
    const string Used = "token alice has used 40 of 40 GPU-hours";

    static readonly DateTimeOffset Now = new(2026, 1, 1, 1, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Who_submitted_a_sweep_is_kept_and_stays_whoever_submits_it_again()
    {
        var sweep = Of("alice", "mine", 1);

        Assert.Equal(Decision.Nothing, sweep.Do(new SubmitSweep(sweep.Sweep.Spec, "") { SubmittedBy = "bob" }));

        Assert.Equal("alice", sweep.Sweep.SubmittedBy);
        Assert.Empty(sweep.Replayed().Differences);
    }

    [Fact]
    public void A_sweep_that_is_held_back_begins_nothing_and_what_trains_leaves_and_goes_on_first_once_it_may()
    {
        var sweep = Of("alice", "mine", 3);
        sweep.FinishTraining(sweep.Train());
        var evaluation = sweep.Evaluate();
        var lease = sweep.Train();
        sweep.Do(new NoteQuota(Used));
        Assert.Equal(Decision.Nothing, sweep.Do(new NoteQuota(Used)));

        Assert.True(sweep.Sweep.Recalls(lease));
        Assert.False(sweep.Sweep.Recalls(evaluation));
        Assert.Equal(0, Sharing.Wanted(sweep.Sweep));
        sweep.End(lease, AttemptCause.Interrupted);
        sweep.End(evaluation, AttemptCause.Interrupted);
        Assert.Null(sweep.Grant(WorkKind.Training));
        Assert.Null(sweep.Grant(WorkKind.Evaluation));

        sweep.Do(new NoteQuota(null));
        var again = sweep.Train();
        Assert.Equal((lease.Trial, 2, false), (again.Trial, again.Attempt, sweep.Sweep.Recalls(again)));
        sweep.Evaluate();
        Assert.Empty(sweep.Replayed().Differences);
    }

    [Fact]
    public void Hours_are_those_of_all_its_sweeps_also_of_those_that_are_over()
    {
        var (over, open) = (Of("alice", "over", 1), Of("alice", "open", 1));
        over.Train();
        over.Wait(TimeSpan.FromMinutes(90));
        over.End(over.Sweep.Leases.Values.Single().Lease, AttemptCause.Crash);
        over.Do(new StopSweep());
        open.Train();
        SweepState[] all = [over.Sweep, open.Sweep, Of("bob", "other", 1).Sweep];
        var now = over.Sweep.EndedAt!.Value;
        var used = all[..2].Sum(sweep => sweep.SpentUntil(now).Total.Slot.TotalHours);
        Assert.InRange(used, 1.5, 1.6);

        Assert.Null(Reached(new TokenQuota(1, null, null)));
        Assert.Null(Reached(new TokenQuota(null, 0.001, used + 0.001)));
        Assert.Equal("token alice has used 1.5 of 1.5 slot-hours", Reached(new TokenQuota(null, 40, 1.5)));

        string? Reached(TokenQuota quota) => Quotas.Reached("alice", quota, Quotas.SweepsOf("alice", all), now);
    }

    [Fact]
    public void Beyond_fewer_slots_the_newest_leave_of_the_lowest_priority_first()
    {
        var (low, high) = (Of("alice", "low", 2, priority: -1), Of("alice", "high", 2));
        foreach (var sweep in (SweepDomain[])[low, high])
        {
            sweep.Train(slot: 1);
            sweep.Train(slot: 2);
        }

        Assert.Empty(Surplus(4));
        Assert.Equal([("low", 2), ("low", 1), ("high", 2)], Surplus(1));
        low.Do(new PreemptTrial(2, By: null));
        Assert.Empty(Surplus(3));
        Assert.Empty(low.Replayed().Differences);

        IEnumerable<(string, long)> Surplus(int slots) => Quotas.Surplus(new TokenQuota(slots, null, null), [low.Sweep, high.Sweep]);
    }

    [Fact]
    public void A_token_that_has_all_its_slots_takes_none_of_others_but_of_its_own_lower_priority()
    {
        var (own, other, urgent) = (Of("alice", "own", 1), Of("bob", "other", 5), Of("alice", "urgent", 3, priority: 1));
        own.Train();
        other.Train();
        other.Train();

        Assert.Equal([new Preemption("own", 1, "urgent")], Preempted(room: 0));
        Assert.Equal(2, Preempted(room: 1).Count(one => one.Sweep == "other") + Preempted(room: 1).Count(one => one.Sweep == "own"));
        Assert.Equal(3, Preempted(room: null).Count());

        IEnumerable<Preemption> Preempted(int? room) =>
            Sharing.Preemptions([own.Sweep, other.Sweep, urgent.Sweep], (_, _, _) => true, Now, token => token == "alice" ? room : null);
    }

    [Theory]
    [InlineData("slots", "0", "slots: expected a whole number of at least 1, not '0'; or none")]
    [InlineData("gpu_hours", "-1", "gpu_hours: expected a number above 0, not '-1'; or none")]
    [InlineData("gpu_huors", "1", "gpu_huors: not of a quota; did you mean 'gpu_hours'?")]
    public void What_is_no_quota_is_refused(string name, string text, string fault) =>
        Assert.Equal(fault, Assert.Single(TokenQuota.Faults(new Dictionary<string, string> { [name] = text })));

    [Fact]
    public void What_is_not_named_stays_and_none_takes_a_bound_away()
    {
        var quota = TokenQuota.Unlimited.With(new Dictionary<string, string> { ["slots"] = "4", ["gpu_hours"] = "40.5" });

        Assert.Equal(new TokenQuota(4, 40.5, null), quota);
        Assert.Equal("4 slots, 40.5 GPU-hours", StatusText.Of(quota));
        Assert.Equal(
            new TokenQuota(null, 40.5, 2),
            quota.With(new Dictionary<string, string> { ["slots"] = "none", ["slot_hours"] = "2" })
        );
    }

    static SweepDomain Of(string token, string name, int trials, int priority = 0)
    {
        var yaml = $$"""
            name: {{name}}
            dataset: digits
            share: { priority: {{priority}} }
            parameters: { replicate: [{{string.Join(", ", Enumerable.Range(1, trials))}}] }
            """;
        var sweep = new SweepDomain();
        sweep.Do(new SubmitSweep(SweepFile.Parse(yaml, "test.yaml"), yaml) { SubmittedBy = token });
        return sweep;
    }
}
