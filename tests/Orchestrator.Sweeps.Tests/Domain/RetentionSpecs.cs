using System.Collections.Immutable;
using CsCheck;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>Which checkpoints go so that a sweep stays within <c>retention.budget</c>, and which of one that is over.</summary>
public sealed class RetentionSpecs
{
    const string Budget = "trial: { training: { epochs: 1 } }\nretention: { budget: 50B }";

    [Fact]
    public void Copies_of_the_worst_go_first_then_the_newest_of_the_worst_and_the_best_trials_newest_stays()
    {
        var domain = SweepDomain.WithTrials(4, Budget);
        Complete(domain, bits: 3, stored: 30);
        Complete(domain, bits: 2, stored: 20);
        Assert.Empty(Goes(domain));
        // Of 60 bytes ten are too many: the worst has copies.
        Complete(domain, bits: 4, stored: 10);
        Assert.Equal([(1, true)], Goes(domain));
        Assert.Equal(40, domain.Sweep.CheckpointBytes);
        Complete(domain, bits: 5, stored: 20);
        // While it trains nobody takes anything of it.
        Assert.Equal([(1, true), (2, true)], Goes(domain));
        Assert.Equal(50, domain.Sweep.CheckpointBytes);

        // A smaller budget, from a changed file.
        Shrink(domain, 45);
        Shrink(domain, 15);
        Assert.Equal([(4, true), (4, false), (3, false), (1, false)], Goes(domain)[2..]);
        Assert.Equal(10, domain.Sweep.CheckpointBytes);
        Shrink(domain, 5);
        Assert.NotNull(domain.Sweep.Trial(2).Checkpoint);
        Assert.Empty(Retention.OverBudget(domain.Sweep, default));
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void What_trains_waits_at_a_rung_or_is_to_be_evaluated_keeps_its_newest_whatever_the_budget()
    {
        var domain = SweepDomain.Of(
            """
            name: test
            dataset: digits
            trial: { training: { epochs: 9 } }
            parameters: { replicate: [1], training.learning_rate: [0.1, 0.01, 0.001] }
            scheduler: { algorithm: asha, mode: promote, min_epochs: 3, reduction: 3 }
            retention: { budget: 5B }
            """
        );
        foreach (var bits in new[] { 4.0, 3, 2 })
        {
            var lease = domain.Train();
            Saves(domain, lease, 3, bits, final: false, stored: 30);
            domain.End(lease, AttemptCause.Done);
        }

        Assert.All(domain.Sweep.Trials, trial => Assert.NotNull(trial.Checkpoint));
        Assert.Equal(TrialStatus.Paused, domain.Sweep.Trial(1).Status);
        // Copies are not needed to go on.
        Assert.Equal([(1, true), (2, true), (3, true)], Goes(domain).Order());
        var promoted = domain.Train();
        Assert.Equal(3, promoted.Trial);
        Saves(domain, promoted, 9, 1, final: true, stored: 20);
        domain.End(promoted, AttemptCause.Done);
        // The others are pruned now, and the best is still to be evaluated.
        Assert.Equal([(1, false), (2, false)], Goes(domain).Where(one => !one.IsCopies).Order());
        Assert.NotNull(domain.Sweep.Trial(3).Checkpoint);
        domain.End(domain.Evaluate(), AttemptCause.Done);
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void The_best_that_are_evaluated_in_the_end_stay_until_then()
    {
        var domain = SweepDomain.WithTrials(4, "evaluation: { when: best 2 }\nretention: { budget: 5B }");
        foreach (var bits in new[] { 4.0, 3, 2 })
            Complete(domain, bits, stored: 10);
        Assert.Equal([(1, false)], Goes(domain));
        Complete(domain, bits: 5, stored: 10);
        Assert.Equal([1, 4], Goes(domain).Select(one => one.Trial));
        while (domain.Grant(WorkKind.Evaluation) is { } evaluation)
            domain.End(evaluation, AttemptCause.Done);
        Assert.True(domain.Sweep.IsOver);
        Assert.Equal([3, 2], domain.Journal.OfType<EvaluationCompleted>().Select(fact => fact.Trial));
        Assert.Equal([1, 4, 2], Goes(domain).Select(one => one.Trial));
    }

    [Fact]
    public void What_a_budget_stopped_may_go_on_and_keeps_its_newest()
    {
        var domain = SweepDomain.WithTrials(2, "budget: { slot_hours: 0.01 }\nretention: { budget: 5B }");
        Complete(domain, bits: 2, stored: 10);
        var lease = domain.Train();
        Saves(domain, lease, 1, 3, final: false, stored: 10);
        domain.Wait(TimeSpan.FromMinutes(5));
        domain.Do(new CheckBudget());
        domain.End(lease, AttemptCause.Interrupted);
        domain.Do(new CheckBudget());
        Assert.True(domain.Sweep.IsOver);
        Assert.Equal(TrialStatus.Stopped, domain.Sweep.Trial(2).Status);
        Assert.Empty(Goes(domain));
        Assert.NotNull(domain.Sweep.Trial(2).Checkpoint);
    }

    [Fact]
    public void A_trial_whose_checkpoint_went_is_not_evaluated_again_and_trains_anew_when_it_goes_on()
    {
        var domain = SweepDomain.WithTrials(2, "retries: { crash: 0 }");
        Complete(domain, bits: 3, stored: 10, evaluation: AttemptCause.BadSpec);
        Complete(domain, bits: 2, stored: 10);
        Assert.True(domain.Sweep.IsOver);
        domain.Do(new PruneCheckpoints(All: false));
        Assert.Contains("its checkpoint was deleted", domain.Do(new RetryTrials([1])).Refusal, StringComparison.Ordinal);
        Assert.Equal(Decision.Nothing, domain.Do(new RetryTrials([])));
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void Pruning_takes_all_but_the_best_trials_newest_and_what_others_go_on_from()
    {
        var domain = SweepDomain.WithTrials(4);
        foreach (var bits in new[] { 4.0, 3, 2 })
            Complete(domain, bits, stored: 30);
        Assert.Contains("is running", domain.Do(new PruneCheckpoints(true)).Refusal, StringComparison.Ordinal);
        Complete(domain, bits: 5, stored: 10);
        domain.Do(new LendCheckpoint(2, "fork"));
        Assert.Equal(Decision.Nothing, domain.Do(new LendCheckpoint(2, "fork")));
        domain.Do(new PruneCheckpoints(false));
        Assert.Equal([(1, false), (3, true), (4, false)], Goes(domain));
        Assert.Empty(domain.Do(new PruneCheckpoints(false)).Events);
        domain.Do(new PruneCheckpoints(true));
        Assert.Equal(30, domain.Sweep.CheckpointBytes);
        domain.Do(new TakeCheckpointBack("fork"));
        domain.Do(new PruneCheckpoints(false));
        // It is the best of what is left; what is not there any more has its place all the same.
        Assert.Equal(0, domain.Sweep.CheckpointBytes);
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void What_is_given_up_is_remembered_until_it_is_deleted()
    {
        var domain = SweepDomain.WithTrials(2);
        Complete(domain, bits: 2, stored: 30);
        Complete(domain, bits: 3, stored: 10);
        domain.Do(new PruneCheckpoints(false));
        var copies = domain.Sweep.GivenUp[1];
        Assert.Equal(new GivenUp(1, 1, "/c/1/1"), copies);
        domain.Do(new PruneCheckpoints(true));
        // What was asked for since is more.
        Assert.Equal(Decision.Nothing, domain.Do(new ConfirmDeleted(copies)));
        domain.Do(new ConfirmDeleted(domain.Sweep.GivenUp[1]));
        Assert.Equal([2], domain.Sweep.GivenUp.Keys);
        Assert.Equal(Decision.Nothing, domain.Do(new ConfirmDeleted(copies)));
        Assert.Empty(domain.Replayed().Differences);
    }

    /// <summary>One thing that happens: which, to whom.</summary>
    static readonly Gen<(int What, int Who, int How)> Happening = Gen.Select(Gen.Int[0, 9], Gen.Int[0, 999], Gen.Int[1, 9]);

    [Theory]
    [InlineData("")]
    [InlineData("scheduler: { algorithm: asha, mode: promote, min_epochs: 1, reduction: 2 }")]
    [InlineData("scheduler: { algorithm: median, min_epochs: 1 }")]
    [InlineData("evaluation: { when: best 2 }")]
    public void Whatever_happens_the_budget_holds_where_it_can_and_what_is_needed_stays(string more) =>
        Happening
            .Array[0, 100]
            .Sample(
                happenings =>
                {
                    var domain = SweepDomain.Of(
                        $$"""
                        name: test
                        dataset: digits
                        trial: { training: { epochs: 4 } }
                        parameters: { training.learning_rate: [0.1, 0.01, 0.001, 0.0001, 0.00001] }
                        retries: { crash: 1 }
                        retention: { budget: 35B }
                        {{more}}
                        """
                    );
                    foreach (var happening in happenings)
                    {
                        var before = domain.Sweep;
                        var decided = Happen(domain, happening);
                        Check(domain, before, decided);
                    }

                    Assert.Empty(domain.Replayed().Differences);
                },
                iter: 300
            );

    static void Check(SweepDomain domain, SweepState before, Decision decided)
    {
        var now = domain.Sweep;
        Assert.Equal(now.Trials.Sum(trial => trial.Stored), now.CheckpointBytes);
        // Applied twice is applied once.
        Assert.Empty(Retention.OverBudget(now, default));
        var gone = decided.Events.OfType<CheckpointsGivenUp>().ToList();
        // No more goes than has to, and nothing while there is room.
        if (gone.Count > 0)
            Assert.True(now.CheckpointBytes + gone[^1].Bytes > 35);
        // What is needed to go on, and the best, keep their newest.
        var best = TrialRanking.Best(now)?.Number;
        Assert.All(
            gone.Where(fact => fact.Kept is null),
            fact =>
                Assert.True(
                    now.Trial(fact.Trial).IsOver && fact.Trial != best && !now.Leases.Values.Any(held => held.Lease.Trial == fact.Trial)
                )
        );
        Assert.All(now.PausedTrials, trial => Assert.NotNull(now.Trial(trial).Checkpoint));
        Assert.All(now.PendingEvaluations, pending => Assert.NotNull(now.Trial(pending.Trial).Checkpoint));
        Assert.All(gone, fact => Assert.NotEqual(TrialStatus.Running, now.Trial(fact.Trial).Status));
        // Where it is still too much, everything that may go has gone.
        if (now.CheckpointBytes > 35)
            Assert.All(
                now.Trials.Where(trial => trial.Status != TrialStatus.Running && trial.HasCheckpoint),
                trial =>
                {
                    Assert.Equal(trial.NewestBytes, trial.Stored);
                    Assert.True(
                        !trial.IsOver || trial.Number == best || (!now.IsOver && EvaluationIsToCome(now, trial)),
                        $"trial {trial.Number} might have gone"
                    );
                }
            );
        // Better ones go after worse ones.
        var ranks = TrialRanking.Of(before.Trials, RankingKey.Of).Select((ranked, place) => (ranked.Trial.Number, place)).ToDictionary();
        var order = gone.Where(fact => fact.Kept is null)
            .Select(fact => fact.Trial)
            .Except(Changed(before, now))
            .Select(trial => ranks[trial]);
        Assert.Equal(order.OrderDescending(), order);
    }

    static bool EvaluationIsToCome(SweepState now, TrialState trial) =>
        now.Spec.Evaluation.When.StartsWith("best", StringComparison.Ordinal) && trial.Evaluation == EvaluationStatus.None;

    static IEnumerable<int> Changed(SweepState before, SweepState now) =>
        now.Trials.Where(trial => RankingKey.Of(trial) != RankingKey.Of(before.Trial(trial.Number))).Select(trial => trial.Number);

    static Decision Happen(SweepDomain domain, (int What, int Who, int How) happening)
    {
        var (what, who, how) = happening;
        var leases = domain.Sweep.Leases.Values.OrderBy(held => held.Lease.Token).ToList();
        var lease = leases.Count == 0 ? null : leases[who % leases.Count].Lease;
        switch (what)
        {
            case 0 or 1:
                return domain.Do(new GrantLease("n1", who % 3, how % 3 == 0 ? WorkKind.Evaluation : WorkKind.Training));
            case 2 or 3 or 4 when lease is { Kind: WorkKind.Training }:
                // Up to its rung or its end, and then it leaves.
                var to = Ladders.Milestone(domain.Sweep, domain.Sweep.Trial(lease.Trial));
                var epoch = Math.Min(to, domain.Sweep.Trial(lease.Trial).Epochs + 1);
                var sequence = 2L * domain.Journal.Count;
                domain.Do(new ReportEpoch(lease.Token, sequence, SweepDomain.Epoch(epoch) with { ValidationBitsPerDim = 1 + who % 7 }));
                if (!domain.Sweep.Leases.ContainsKey(lease.Token))
                    return Decision.Nothing;
                var saved = domain.Do(
                    new ReportCheckpoint(lease.Token, sequence + 1, Checkpoint(lease.Trial, epoch, epoch == 4, 10 * (1 + how % 3)))
                );
                return epoch == to && what == 4 ? domain.End(lease, AttemptCause.Done) : saved;
            case 5 when lease is not null:
                return domain.End(lease, lease.Kind == WorkKind.Evaluation ? AttemptCause.Done : AttemptCause.Crash);
            case 6 when lease is not null:
                return domain.End(lease, AttemptCause.NodeLost);
            case 7 when who < 30:
                return domain.Do(new StopSweep());
            case 8:
                return domain.Do(new RetryTrials([]));
            case 9 when domain.Sweep.GivenUp.Count > 0:
                return domain.Do(new ConfirmDeleted(domain.Sweep.GivenUp.Values.First()));
            default:
                return Decision.Nothing;
        }
    }

    /// <summary>Trains the next trial to its end, with checkpoints of ten bytes, and evaluates it where it is to be.</summary>
    static void Complete(SweepDomain domain, double bits, long stored, AttemptCause evaluation = AttemptCause.Done)
    {
        var lease = domain.Train();
        Saves(domain, lease, 1, bits, final: true, stored);
        domain.End(lease, AttemptCause.Done);
        if (domain.Sweep.Trial(lease.Trial).Evaluation == EvaluationStatus.Pending)
            domain.End(domain.Evaluate(), evaluation);
    }

    static void Saves(SweepDomain domain, Lease lease, int epoch, double bits, bool final, long stored)
    {
        domain.Do(new ReportEpoch(lease.Token, 1, SweepDomain.Epoch(epoch) with { ValidationBitsPerDim = bits }));
        domain.Do(new ReportCheckpoint(lease.Token, 2, Checkpoint(lease.Trial, epoch, final, stored)));
    }

    static CheckpointInfo Checkpoint(int trial, int epoch, bool final, long stored) =>
        new(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/c/{trial}/{epoch}"), "00", epoch, epoch * 10, final, 10)
        {
            Stored = stored,
        };

    static void Shrink(SweepDomain domain, long bytes)
    {
        var spec = domain.Sweep.Spec;
        Assert.Null(domain.Do(new ChangeSpec(spec with { Retention = spec.Retention with { BudgetBytes = bytes } }, $"{bytes}")).Refusal);
    }

    static ImmutableArray<(int Trial, bool IsCopies)> Goes(SweepDomain domain) =>
        [.. domain.Journal.OfType<CheckpointsGivenUp>().Select(fact => (fact.Trial, fact.Kept is not null))];
}
