using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>Any interleaving of slots, reports, crashes, losses and restarts keeps the invariants.</summary>
public sealed class SweepPropertySpecs
{
    const int Trials = 4,
        Slots = 3;

    /// <summary>One thing that happens: which, to whom.</summary>
    static readonly Gen<(int What, int Who, int How)> Happening = Gen.Select(Gen.Int[0, 18], Gen.Int[0, 999], Gen.Int[0, 8]);

    [Fact]
    public void Any_interleaving_keeps_the_invariants() =>
        Happening
            .Array[0, 120]
            .Sample(
                happenings =>
                {
                    var domain = SweepDomain.WithTrials(
                        Trials,
                        "retries: { crash: 1, out_of_memory: 1, divergence: 1 }\nnotify: { channels: [a, b] }"
                    );
                    var everGranted = new List<Lease>();
                    var completed = new HashSet<int>();
                    foreach (var (what, who, how) in happenings)
                    {
                        var before = domain.Sweep;
                        Happen(domain, everGranted, what, who, how);
                        Check(domain, before, completed);
                    }

                    // Replaying the journal, wherever it was cut off, gives the same state as living through it.
                    Assert.Equal(Picture(domain.Sweep), Picture(domain.Journal.Aggregate((SweepState?)null, SweepState.Apply)!));
                    // And so does deciding again what was decided.
                    Assert.Empty(domain.Replayed().Differences);
                    Finish(domain);
                    CheckSpending(domain);
                    Assert.True(domain.Sweep.IsOver);
                    Assert.Empty(domain.Sweep.Leases);
                    // Each trial ended exactly once, and once more for each time it was tried again.
                    Assert.All(
                        domain.Sweep.Trials,
                        trial =>
                            Assert.Equal(
                                1 + domain.Journal.OfType<TrialRetried>().Count(fact => fact.Trial == trial.Number),
                                domain.Journal.Count(fact =>
                                    fact switch
                                    {
                                        TrialCompleted e => e.Trial == trial.Number,
                                        TrialFailed e => e.Trial == trial.Number,
                                        TrialStopped e => e.Trial == trial.Number,
                                        _ => false,
                                    }
                                )
                            )
                    );
                    Assert.Equal(1 + domain.Journal.OfType<SweepReopened>().Count(), domain.Journal.OfType<SweepEnded>().Count());
                },
                iter: 500
            );

    static void Happen(SweepDomain domain, List<Lease> everGranted, int what, int who, int how)
    {
        // Any token ever granted may still be used by somebody: that is what fencing is for.
        var lease = everGranted.Count == 0 ? null : everGranted[who % everGranted.Count];
        switch (what)
        {
            case 0 or 1:
                if (domain.Grant(how % 2 == 0 ? WorkKind.Training : WorkKind.Evaluation, $"n{who % 2}", who % Slots) is { } granted)
                    everGranted.Add(granted);
                break;
            case 2 when lease is not null && who % 5 == 0:
                domain.Do(new ReportDataset(lease.Token, how < 4 ? "d1" : "d2"));
                break;
            case 2 when lease is not null:
                domain.Do(new ReportEpoch(lease.Token, how + 1, SweepDomain.Epoch(how + 1)));
                break;
            case 3 when lease is not null:
                domain.Do(new ReportCheckpoint(lease.Token, how + 1, SweepDomain.Checkpoint(how + 1, final: how > 2)));
                break;
            case 4 or 5 when lease is not null:
                if (who % 3 > 0 || (AttemptCause)how == AttemptCause.Done)
                    domain.End(lease, (AttemptCause)how);
                else
                    domain.Fail(lease, (AttemptCause)how, "the same for all");
                break;
            case 6:
                foreach (var lost in domain.Sweep.Leases.Values.Where(held => held.Lease.Node == $"n{who % 2}").ToList())
                    domain.End(lost.Lease, AttemptCause.NodeLost);
                break;
            case 2:
                domain.Do(domain.Again(who < 500 ? "d1" : "d2"));
                break;
            case 7 when who < 10:
                domain.Do(new StopSweep());
                break;
            case 8 when who < 200:
                domain.Do(new PauseSweep());
                break;
            case 9:
                domain.Do(new ResumeSweep());
                break;
            case 11 when lease is not null:
                domain.Do(new ReportMemory(lease.Token, how + 1, new PeakMemory(PeakMemory.Cpu, who + 1)));
                break;
            case 12 when lease is not null:
                domain.Do(new PreemptTrial(lease.Token, "urgent"));
                break;
            case 13:
                domain.Do(new SetSweep(SweepShare.Default.Values.SetItem("max_slots", how == 0 ? "none" : $"{how}")));
                break;
            case 14:
                domain.Do(new CheckBudget());
                break;
            case 15 when who < 300:
                domain.Do(new SetSweep(Budget(how, who)));
                break;
            case 16:
                domain.Wait(TimeSpan.FromSeconds(who));
                break;
            case 17 when who < 500:
                domain.Do(new NoteQuota(how < 4 ? "token alice has used 40 of 40 GPU-hours" : null));
                break;
            case 18:
                domain.Do(new SettleNotice(1 + who % (domain.Sweep.Notices.Made + 1), how % 2 == 0 ? "a" : "b", how > 6 ? "gone" : null));
                break;
            case 10 when who < 400:
                domain.Do(new RetryTrials(how < 4 ? [] : [1 + who % (Trials + 1)]));
                break;
        }
    }

    /// <summary>Of hours that a few commands, or many, take.</summary>
    static ImmutableSortedDictionary<string, string> Budget(int how, int who) =>
        ImmutableSortedDictionary<string, string>.Empty.Add(
            how % 2 == 0 ? "budget.slot_hours" : "training.max_hours",
            how > 6 ? "none" : string.Create(CultureInfo.InvariantCulture, $"{(who + 1) / 300.0}")
        );

    static void Check(SweepDomain domain, SweepState before, HashSet<int> completed)
    {
        var now = domain.Sweep;
        CheckBudgetHolds(domain, before);
        CheckNotices(domain);
        // A trial is held by at most one lease of each kind, and is running exactly while it is.
        foreach (var kind in Enum.GetValues<WorkKind>())
        {
            var held = now.Leases.Values.Where(lease => lease.Lease.Kind == kind).Select(lease => lease.Lease.Trial).ToList();
            Assert.Equal(held.Distinct().Count(), held.Count);
            var running = now.Trials.Where(trial =>
                kind == WorkKind.Training ? trial.Status == TrialStatus.Running : trial.Evaluation == EvaluationStatus.Running
            );
            Assert.Equal(running.Select(trial => trial.Number), held.Order());
        }

        // Nothing is granted beyond what the sweep may have, and what it has beyond that is leaving.
        Assert.True(
            now.Leases.Values.Count(held => held.Lease.Kind == WorkKind.Training && !now.Recalls(held.Lease))
                <= (now.Share.MaxSlots ?? int.MaxValue)
        );
        Assert.All(now.Leases.Values, held => Assert.False(held.IsPreempted && held.Lease.Kind == WorkKind.Evaluation));

        // A sweep that is paused, stops or is over trains nothing further.
        if (before.Status != SweepStatus.Running && now.Status != SweepStatus.Running)
            Assert.All(
                now.Leases.Values,
                held => Assert.True(held.Lease.Kind == WorkKind.Evaluation || before.Leases.ContainsKey(held.Lease.Token))
            );

        // A token whose quota is used up is given nothing.
        if (before.HeldBack is not null && now.HeldBack is not null)
            Assert.Equal(before.LastToken, now.LastToken);

        // Tokens only grow, and what is over stays over, with the result it had, unless it failed and was tried again.
        Assert.True(now.LastToken >= before.LastToken);
        foreach (var (old, current) in before.Trials.Zip(now.Trials))
        {
            var retried =
                current.Status == TrialStatus.Pending
                && domain.Journal.TakeLast(2 * Trials).Any(fact => fact is TrialRetried or EvaluationChosen);
            if (old.Status is TrialStatus.Completed or TrialStatus.Failed or TrialStatus.Stopped && !retried)
                Assert.Equal((old.Status, old.Checkpoint), (current.Status, current.Checkpoint));
            if (old.Scores is not null)
                Assert.Equivalent(old.Scores, current.Scores, strict: true);
            if (current.Status == TrialStatus.Completed && completed.Add(current.Number))
                Assert.True(current.Checkpoint!.Final);
        }

        // The queues and counts kept for speed say what the trials say.
        Assert.Equal(
            now.Trials.Where(trial => trial.Status == TrialStatus.Pending).Select(trial => trial.Number).ToList(),
            now.PendingTrials.ToList()
        );
        Assert.Equal(
            now.Trials.Where(trial => trial.Evaluation == EvaluationStatus.Pending)
                .OrderBy(trial => trial.ValidationBitsPerDim ?? double.PositiveInfinity)
                .ThenBy(trial => trial.Number)
                .Select(trial => trial.Number)
                .ToList(),
            now.PendingEvaluations.Select(pending => pending.Trial).ToList()
        );
        Assert.Equal(now.Trials.Count(trial => !trial.IsOver), now.OpenTrials);
        Assert.All(
            Enum.GetValues<TrialStatus>(),
            status => Assert.Equal(now.Trials.Count(trial => trial.Status == status), now.Count(status))
        );
        Assert.Equal(now.OpenTrials == 0, now.IsOver);
    }

    /// <summary>The kinds of time add up to what the leases lasted, as long as was heard of them, of the sweep, its trials and the
    /// nodes.</summary>
    static void CheckSpending(SweepDomain domain)
    {
        var granted = domain.Journal.OfType<LeaseGranted>().ToDictionary(fact => fact.Token);
        var lasted = domain.Journal.OfType<LeaseEnded>().ToLookup(fact => fact.Kind, Lasted);
        var now = domain.Sweep;
        Assert.Equal(Sum(lasted[WorkKind.Training]), now.Spent.Training.Slot);
        Assert.Equal(Sum(lasted[WorkKind.Evaluation]), now.Spent.Evaluation.Slot);
        Assert.Equal(now.Spent, now.Trials.Aggregate(Spending.None, (sum, trial) => sum + trial.Spent));
        Assert.Equal(now.Spent, now.SpentByNode.Values.Aggregate(Spending.None, (sum, node) => sum + node));

        TimeSpan Lasted(LeaseEnded ended)
        {
            var began = granted[ended.Token].At;
            if (ended.End.Cause != AttemptCause.NodeLost)
                return ended.At - began;
            var heard = domain
                .Journal.Where(fact =>
                    fact switch
                    {
                        EpochReported e => e.Token == ended.Token,
                        CheckpointReported e => e.Token == ended.Token,
                        MemoryMeasured e => e.Token == ended.Token,
                        _ => false,
                    }
                )
                .Select(fact => fact.At)
                .LastOrDefault(began);
            return Min(ended.At, heard.AddMinutes(ended.Kind == WorkKind.Training ? 2 : 10)) - began;
        }

        static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

        static TimeSpan Sum(IEnumerable<TimeSpan> times) => times.Aggregate(TimeSpan.Zero, (a, b) => a + b);
    }

    /// <summary>What there was to tell is open or settled, for each channel once; each end of the sweep was one of it.</summary>
    static void CheckNotices(SweepDomain domain)
    {
        var settled = domain.Journal.OfType<NoticeSettled>().Select(fact => (fact.Notice, fact.Channel)).ToList();
        var open = domain.Sweep.Notices.Open.SelectMany(notice => notice.Channels, (notice, channel) => (notice.Number, channel));
        Assert.Equal(
            Enumerable.Range(1, domain.Sweep.Notices.Made).SelectMany(_ => new[] { "a", "b" }, (number, channel) => (number, channel)),
            open.Concat(settled).Order()
        );
        Assert.Equal(
            domain.Journal.Count(fact => fact is SweepEnded or SweepPaused { Because: not null } or TrialFailed or BudgetNearlyUsed),
            // Nobody is better than the first: all report the same figure.
            domain.Sweep.Notices.Made - (domain.Sweep.Notices.Best is null ? 0 : 1)
        );
    }

    /// <summary>Where a budget is used up, nothing begins but an evaluation, while none is scored; where no more is left than what
    /// evaluations need, no training does.</summary>
    static void CheckBudgetHolds(SweepDomain domain, SweepState before)
    {
        if (domain.Sweep.LastToken == before.LastToken || domain.Journal[^1] is not LeaseGranted granted)
            return;
        if (granted.Kind == WorkKind.Training)
            Assert.Null(Budgets.Reached(before, granted.At));
        else
            Assert.True(before.Scored == 0 || !Budgets.IsUsedUp(before, granted.At));
    }

    /// <summary>Healthy slots bring what is left to its end, on a node that never lacked the data: one that did rests for a
    /// while.</summary>
    static void Finish(SweepDomain domain)
    {
        domain.Do(new SetSweep(SweepBudget.Unlimited.Values));
        domain.Do(new NoteQuota(null));
        domain.Do(new ResumeSweep());
        foreach (var held in domain.Sweep.Leases.Values.ToList())
            domain.End(held.Lease, AttemptCause.NodeLost);
        while (domain.Grant(WorkKind.Training, "healthy") is { } lease)
            domain.FinishTraining(lease);
        while (domain.Grant(WorkKind.Evaluation, "healthy") is { } lease)
            domain.End(lease, AttemptCause.Done);
    }

    static string Picture(SweepState state) =>
        System.Text.Json.JsonSerializer.Serialize(
            new
            {
                state.Status,
                state.DatasetSha256,
                state.PausedBecause,
                state.HeldBack,
                state.WithoutData,
                state.Trials,
                Leases = state.Leases.Values.OrderBy(held => held.Lease.Token),
                state.LastToken,
                state.Share,
                state.Budget,
                state.StoppedBecause,
                state.Scored,
                state.Spent,
                state.SpentByNode,
                state.EndedAt,
                state.Notices,
            },
            OrchestratorJson.Compact
        );
}
