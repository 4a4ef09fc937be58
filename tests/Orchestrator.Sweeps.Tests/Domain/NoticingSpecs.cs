using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>Which events of a sweep are told, to whom, and until when.</summary>
public sealed class NoticingSpecs
{
    const string Told = "notify: { channels: [ops, mail] }\nretries: { crash: 0, alike: 0 }";

    [Fact]
    public void A_sweep_that_names_nobody_tells_nothing()
    {
        var domain = SweepDomain.WithTrials(2, "retries: { crash: 0 }");
        domain.Fail(domain.Train(), AttemptCause.Crash, "boom");
        domain.FinishTraining(domain.Train());
        domain.End(domain.Evaluate(), AttemptCause.Done);
        Assert.Equal((true, SweepNotices.None), (domain.Sweep.IsOver, domain.Sweep.Notices));
    }

    [Fact]
    public void Failed_trials_the_best_one_and_the_end_are_told_in_their_order()
    {
        var domain = SweepDomain.WithTrials(3, Told);
        domain.Fail(domain.Train(), AttemptCause.Crash, "boom.");
        Finish(domain, 3.0);
        Finish(domain, 2.5);

        var open = domain.Sweep.Notices.Open;
        Assert.Equal(
            [NoticeKind.TrialFailed, NoticeKind.NewBest, NoticeKind.NewBest, NoticeKind.SweepEnded],
            open.Select(notice => notice.Kind)
        );
        Assert.Equal([1, 2, 3, 4], open.Select(notice => notice.Number));
        Assert.All(open, notice => Assert.Equal(["ops", "mail"], notice.Channels));
        Assert.Equal((1, "Trial 0001 failed: crash: boom."), (open[0].Trial, open[0].Text));
        Assert.Equal(
            (3, "Trial 0003 is the best so far: validation 2.5000, test 2.5000 bits/dim, FID 1.00, KID 0.1000. replicate = 3."),
            (open[2].Trial, open[2].Text)
        );
        Assert.Equal((2.5, 1.0), (open[2].Figures["validation_bits_per_dim"], open[2].Figures["fid"]));
        Assert.Equal(
            "It is over: completed; trials: 2 completed, 1 failed. Best: trial 0003, test 2.5000 bits/dim, FID 1.00, KID 0.1000.",
            open[3].Text
        );
    }

    [Fact]
    public void A_trial_that_is_no_better_than_those_before_is_not_told_of()
    {
        var domain = SweepDomain.WithTrials(3, "notify: { channels: ops, events: new_best }");
        Finish(domain, 2.5);
        Finish(domain, 2.5);
        Finish(domain, 2.6);
        Assert.Equal(1, Assert.Single(domain.Sweep.Notices.Open).Trial);
    }

    [Fact]
    public void A_sweep_that_pauses_itself_says_so_and_one_that_somebody_pauses_does_not()
    {
        var domain = SweepDomain.WithTrials(5, "notify: { channels: [ops], events: [sweep_paused] }\nretries: { crash: 0 }");
        domain.Do(new PauseSweep());
        domain.Do(new ResumeSweep());
        foreach (var _ in Enumerable.Range(0, 3))
            domain.Fail(domain.Train(), AttemptCause.Crash, "boom.");
        Assert.Equal(
            "It paused itself: all trials so far ended alike: crash: boom. Once that is mended, sweep resume goes on.",
            Assert.Single(domain.Sweep.Notices.Open).Text
        );
    }

    [Fact]
    public void Of_many_trials_that_fail_the_first_are_told_of_and_the_last_one_of_these_says_so()
    {
        var domain = SweepDomain.WithTrials(
            Noticing.MostFailures + 5,
            "notify: { channels: ops, events: trial_failed }\nretries: { crash: 0, alike: 0 }"
        );
        while (domain.Grant(WorkKind.Training) is { } lease)
            domain.Fail(lease, AttemptCause.Crash, new string('x', 5_000));
        Assert.Equal(Noticing.MostFailures, domain.Sweep.Notices.Open.Count);
        Assert.EndsWith(
            "20 trials were told of: others that fail are counted at the end.",
            domain.Sweep.Notices.Open[^1].Text,
            StringComparison.Ordinal
        );
        Assert.All(domain.Sweep.Notices.Open, notice => Assert.InRange(notice.Text.Length, 1_000, 1_200));
    }

    [Fact]
    public void A_budget_is_near_its_end_once_and_again_when_it_was_changed()
    {
        var domain = SweepDomain.WithTrials(5, "notify: { channels: ops, events: budget_near }\nbudget: { slot_hours: 10 }");
        var lease = domain.Train();
        Train(domain, lease, 1, 7.9);
        Assert.Empty(domain.Do(new CheckBudget()).Events);
        Train(domain, lease, 2, 0.1);
        Assert.Equal("budget.slot_hours", Assert.IsType<BudgetNearlyUsed>(Assert.Single(domain.Do(new CheckBudget()).Events)).Path);
        Assert.Empty(domain.Do(new CheckBudget()).Events);
        Assert.Equal("80 % of budget.slot_hours (10) is used.", Assert.Single(domain.Sweep.Notices.Open).Text);

        domain.Do(new SetSweep(domain.Sweep.Budget.Values.SetItem("budget.slot_hours", "20")));
        Assert.Empty(domain.Do(new CheckBudget()).Events);
        Train(domain, lease, 3, 8);
        domain.Do(new CheckBudget());
        Assert.Equal(2, domain.Sweep.Notices.Open.Count);
    }

    [Fact]
    public void A_budget_that_nobody_is_told_of_is_not_noted()
    {
        var domain = SweepDomain.WithTrials(5, "notify: { channels: ops, events: new_best }\nbudget: { slot_hours: 10 }");
        Train(domain, domain.Train(), 1, 8.5);
        Assert.Empty(domain.Do(new CheckBudget()).Events);
    }

    [Fact]
    public void A_notice_is_open_until_every_channel_has_been_told_or_given_up_on_and_that_is_settled_once()
    {
        var domain = SweepDomain.WithTrials(2, Told);
        domain.Fail(domain.Train(), AttemptCause.Crash, "boom");
        Assert.Empty(domain.Do(new SettleNotice(1, "nobody", null)).Events);
        Assert.Empty(domain.Do(new SettleNotice(2, "ops", null)).Events);
        Assert.Single(domain.Do(new SettleNotice(1, "ops", null)).Events);
        Assert.Empty(domain.Do(new SettleNotice(1, "ops", null)).Events);
        Assert.Equal(["mail"], Assert.Single(domain.Sweep.Notices.Open).Channels);
        domain.Do(new SettleNotice(1, "mail", "HTTP 404"));
        Assert.Equal((0, 1), (domain.Sweep.Notices.Open.Count, domain.Sweep.Notices.Made));
        Assert.Equal(
            [(1, "ops", null), (1, "mail", "HTTP 404")],
            domain.Journal.OfType<NoticeSettled>().Select(fact => (fact.Notice, fact.Channel, fact.GivenUpBecause))
        );
        Assert.Empty(domain.Replayed().Differences);
    }

    [Theory]
    [InlineData("notify: { channels: [ops, ops] }", "notify.channels")]
    [InlineData("notify: { channels: Ops }", "notify.channels")]
    [InlineData("notify: { channels: ops, events: [sweep_done] }", "expected one of sweep_ended")]
    public void What_cannot_be_is_refused(string more, string part) =>
        Assert.Contains(
            part,
            Assert.Throws<SweepFileException>(() => SweepFile.Parse($"name: s\ndataset: digits\n{more}", "s.yaml")).Message,
            StringComparison.OrdinalIgnoreCase
        );

    static void Train(SweepDomain domain, Lease lease, int epoch, double hours)
    {
        domain.Wait(TimeSpan.FromHours(hours));
        domain.Do(new ReportEpoch(lease.Token, epoch, SweepDomain.Epoch(epoch)));
    }

    /// <summary>Trains the next trial to a validation figure, and evaluates it.</summary>
    static void Finish(SweepDomain domain, double bits)
    {
        var lease = domain.Train();
        domain.Do(new ReportEpoch(lease.Token, 1, SweepDomain.Epoch(1) with { ValidationBitsPerDim = bits }));
        domain.Do(new ReportCheckpoint(lease.Token, 2, SweepDomain.Checkpoint(1, final: true)));
        domain.End(lease, AttemptCause.Done);
        domain.End(domain.Evaluate(), AttemptCause.Done);
    }
}
