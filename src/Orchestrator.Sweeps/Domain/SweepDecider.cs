using System.Collections.Immutable;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What a command leads to: facts to keep, or a refusal.</summary>
/// <param name="Refusal">Why nothing happened; null where the command was accepted, even if it changed nothing.</param>
public sealed record Decision(ImmutableArray<SweepEvent> Events, string? Refusal = null)
{
    public static Decision Nothing { get; } = new([]);

    public static Decision Refuse(string reason) => new([], reason);
}

/// <summary>The rules of a sweep: a pure function of state, command and time.</summary>
public static class SweepDecider
{
    public static Decision Decide(SweepState? state, SweepCommand command, DateTimeOffset now) =>
        state is null ? Decided(null, command, now) : Retention.Within(state, Decided(state, command, now), now);

    static Decision Decided(SweepState? state, SweepCommand command, DateTimeOffset now) =>
        command switch
        {
            SubmitSweep c => Submit(state, c, now),
            _ when state is null => Decision.Refuse("no such sweep"),
            GrantLease c => Grant(state, c, now),
            ReportEpoch c => Compared(
                state,
                Accept(state, c.Token, c.Sequence, lease => new EpochReported(lease.Trial, c.Token, c.Sequence, c.Report) { At = now }),
                now
            ),
            ReportDataset c => Loaded(state, c, now),
            ReportCheckpoint c => Accept(
                state,
                c.Token,
                c.Sequence,
                lease => new CheckpointReported(lease.Trial, c.Token, c.Sequence, c.Checkpoint) { At = now }
            ),
            ReportMemory c => Accept(
                state,
                c.Token,
                c.Sequence,
                lease => new MemoryMeasured(lease.Trial, c.Token, c.Sequence, c.Peak) { At = now }
            ),
            EndLease c => End(state, c, now),
            StopSweep => Stop(state, null, now),
            PauseSweep => Pause(state, now),
            ResumeSweep => Resume(state, now),
            ChangeSpec c => SweepChange.Of(state, c).Decide(state, c, now),
            SetSweep c => ShareAndBudget.Set(state, c, now),
            TagSweep c => SweepLabels.Tagged(state, c, now),
            WriteNote c => SweepLabels.Noted(state, c, now),
            PruneCheckpoints c => Retention.Prune(state, c, now),
            LendCheckpoint c => Retention.Lend(state, c, now),
            TakeCheckpointBack c => Retention.TakeBack(state, c, now),
            ConfirmDeleted c => Retention.Confirm(state, c, now),
            CheckBudget => Check(state, now),
            SettleNotice c => Settle(state, c, now),
            PreemptTrial c => Preempt(state, c, now),
            NoteWait c when c.Because == state.WaitsBecause => Decision.Nothing,
            NoteWait c => new Decision([new WaitNoted(c.Because) { At = now }]),
            NoteQuota c when c.Because == state.HeldBack || state.IsOver => Decision.Nothing,
            NoteQuota c => new Decision([new QuotaNoted(c.Because) { At = now }]),
            RetryTrials c => Retry(state, c, now),
            _ => throw new InvalidOperationException($"unknown command {command.GetType().Name}"),
        };

    /// <returns>Why a sweep cannot begin, whatever else there is; null where it can.</returns>
    public static string? Refusal(SweepSpec spec, DateTimeOffset now) =>
        DatasetIdentity.IsRelative(spec.Dataset)
            ? $"dataset: {spec.Dataset} is relative, and each machine would look in a folder of its own: give the absolute path"
            : Budgets.Past(spec.Budget, now);

    static Decision Submit(SweepState? state, SubmitSweep command, DateTimeOffset now)
    {
        if (state is null)
        {
            if (Refusal(command.Spec, now) is { } reason)
                return Decision.Refuse(reason);
            if (command.Spec.Fork?.Trial is not null && command.Fork is null)
                return Decision.Refuse($"fork: the checkpoint of {command.Spec.Fork} was not looked for");
            ImmutableArray<SweepEvent> begin =
            [
                new SweepSubmitted(command.Spec, command.File) { At = now, SubmittedBy = command.SubmittedBy },
                .. command.DatasetSha256 is { } sha256 ? [new DatasetRecorded(sha256) { At = now }] : Array.Empty<SweepEvent>(),
                .. command.Fork is { } fork ? [new ForkRecorded(fork) { At = now }] : Array.Empty<SweepEvent>(),
                .. command.Prior.IsEmpty ? Array.Empty<SweepEvent>() : [new PriorRecorded(command.Prior) { At = now }],
            ];
            return new Decision([.. begin, .. FirstTrials(begin.Aggregate((SweepState?)null, SweepState.Apply)!, now)]);
        }

        // The same sweep again is how one goes on with it.
        var differences = SpecDifference.Between(state.Spec, command.Spec);
        if (differences.Count > 0)
            return Decision.Refuse(
                $"a sweep named '{state.Spec.Name}' with another spec is already here: {string.Join("; ", differences)}"
            );
        return command.DatasetSha256 is { } known ? Record(state, known, now) : Decision.Nothing;
    }

    /// <summary>All trials of a grid; of another search the first configuration's, and the others when a slot asks for them.</summary>
    static IEnumerable<SweepEvent> FirstTrials(SweepState state, DateTimeOffset now) =>
        state.Spec.Search.IsGrid
            ? GridSearch.Enumerate(state.Spec).Select((parameters, index) => new TrialAdded(index + 1, parameters) { At = now })
            : Searched.Next(state, now);

    static Decision Record(SweepState state, string sha256, DateTimeOffset now) =>
        state.DatasetSha256 is null ? new Decision([new DatasetRecorded(sha256) { At = now }])
        : state.DatasetSha256 == sha256 ? Decision.Nothing
        : Decision.Refuse(DatasetIdentity.Mismatch($"dataset: {state.Spec.Dataset}", sha256, state.DatasetSha256));

    /// <summary>Two first attempts may have begun at once, on machines whose data differ: the first one that says what it has
    /// decides.</summary>
    static Decision Loaded(SweepState state, ReportDataset command, DateTimeOffset now)
    {
        if (!state.Leases.TryGetValue(command.Token, out var held))
            return Stale(command.Token);
        return Record(state, command.Sha256, now) is { Refusal: not null }
            ? End(
                state,
                new EndLease(
                    command.Token,
                    new AttemptEnd(
                        AttemptCause.Data,
                        DatasetIdentity.Mismatch(
                            $"data set {state.Spec.Dataset} on {held.Lease.Node}",
                            command.Sha256,
                            state.DatasetSha256!
                        )
                    )
                ),
                now
            )
            : Record(state, command.Sha256, now);
    }

    static Decision Grant(SweepState state, GrantLease command, DateTimeOffset now)
    {
        if (state.HeldBack is not null || SelfPause.Rests(state, command.Node, now) || !Holds(command, state.Spec.Resources))
            return Decision.Nothing;
        // A sweep that stops or is paused still evaluates what it has completed.
        var next =
            command.Kind == WorkKind.Evaluation
                ? state.Scored > 0 && Budgets.IsUsedUp(state, now)
                    ? null
                    : NextWork.Evaluation(state)
                : state.Status == SweepStatus.Running && Sharing.Room(state) > 0 && Budgets.Reached(state, now) is null
                    ? NextWork.Training(state, now, command.Free)
                    : null;
        if (next is not var (trial, before))
            return Decision.Nothing;
        if (trial is null)
            return WithSweepEnd(state, before, now);
        var attempt = 1 + (command.Kind == WorkKind.Training ? trial.Attempts : trial.Evaluations);
        return new Decision([
            .. before,
            new LeaseGranted(trial.Number, command.Kind, attempt, state.LastToken + 1, command.Node, command.Slot)
            {
                At = now,
                Accumulate = command.Kind == WorkKind.Training ? trial.Accumulate : null,
                Free =
                    command.Free is { Gpu: not null } or { Price: not null } || NextWork.IsTight(state, command.Free) ? command.Free : null,
            },
        ]);
    }

    static bool Holds(GrantLease command, ResourceSpec needs) =>
        command.Free is not { } free || (command.Kind == WorkKind.Training ? free.HoldsTrial(needs) : free.HoldsEvaluation(needs));

    static Decision Accept(SweepState state, long token, long sequence, Func<Lease, SweepEvent> fact)
    {
        if (!state.Leases.TryGetValue(token, out var held))
            return Stale(token);
        if (held.Lease.Kind != WorkKind.Training)
            return Decision.Refuse($"token {token} is for an evaluation, which trains nothing");
        return sequence <= held.LastSequence ? Decision.Nothing : new Decision([fact(held.Lease)]);
    }

    /// <summary>Where trials go on until they are stopped: at a report the scheduler may give up the trial's configuration.</summary>
    static Decision Compared(SweepState state, Decision reported, DateTimeOffset now)
    {
        if (reported.Events is not [EpochReported fact])
            return reported;
        var after = SweepState.Apply(state, fact);
        var configuration = after.ConfigurationOf(fact.Trial);
        if (!Ladders.IsGivenUp(after, configuration, fact.Report.Epoch))
            return reported;
        var pruned = after
            .ReplicatesOf(configuration)
            .Where(trial => !trial.IsOver && trial.PrunedAt is null)
            .Select(SweepEvent (trial) => new TrialPruned(trial.Number, fact.Report.Epoch) { At = now });
        return WithSweepEnd(state, [fact, .. pruned], now);
    }

    static Decision End(SweepState state, EndLease command, DateTimeOffset now)
    {
        if (!state.Leases.TryGetValue(command.Token, out var held))
            return Stale(command.Token);
        var lease = held.Lease;
        var trial = state.Trial(lease.Trial);
        var end = lease.Kind == WorkKind.Training ? CheckTraining(state, trial, held, command.End) : CheckEvaluation(command);
        var ended = new LeaseEnded(trial.Number, lease.Kind, command.Token, end) { At = now };
        // Who leaves for good leaves nothing to pause for.
        if (!trial.LeavesForGood && SelfPause.After(state, lease, end, now) is { IsEmpty: false } pause)
            return new Decision([ended, .. pause]);
        SweepEvent? outcome =
            lease.Kind == WorkKind.Training
                ? TrainingOutcome(state, held, trial, end, now)
                : EvaluationOutcome(state, trial, end, command.Scores, now);
        return WithSweepEnd(state, outcome is null ? [ended] : [ended, outcome], now);
    }

    static AttemptEnd CheckTraining(SweepState state, TrialState trial, LeaseState held, AttemptEnd end) =>
        end.Cause != AttemptCause.Done || IsAtRung(state, trial) ? end
        : trial.Checkpoint is not { Final: true, Epoch: var epoch }
            ? new AttemptEnd(AttemptCause.Crash, "the trial process ended without reporting the checkpoint that it was to train to")
        // It was done before it heard that it is to go on for longer.
        : held.IsPreempted && epoch < Ladders.TrialEpochs(state.Spec, trial)
            ? new AttemptEnd(AttemptCause.Interrupted, "trained to the last epoch that the sweep file had before")
        : end;

    /// <summary>The trial is trained up to its milestone, which is not the end.</summary>
    static bool IsAtRung(SweepState state, TrialState trial) =>
        Ladders.Milestone(state, trial) is var milestone
        && milestone < Ladders.TrialEpochs(state.Spec, trial)
        && trial.Checkpoint?.Epoch == milestone
        && trial.Epochs == milestone;

    static AttemptEnd CheckEvaluation(EndLease command) =>
        command.End.Cause == AttemptCause.Done && command.Scores is null
            ? new AttemptEnd(AttemptCause.Crash, "the evaluation process ended without reporting its scores")
            : command.End;

    static SweepEvent? TrainingOutcome(SweepState state, LeaseState held, TrialState trial, AttemptEnd end, DateTimeOffset now)
    {
        if (trial.PrunedAt is not null)
            return null;
        if (end.Cause == AttemptCause.Done && !IsAtRung(state, trial))
            return new TrialCompleted(trial.Number) { At = now };
        if (trial.IsDropped)
            return null;
        if (state.Status == SweepStatus.Stopping)
            return new TrialStopped(trial.Number, state.StoppedBecause) { At = now };
        if (Budgets.OutOfTime(state, Trained(state, held, now)) is { } outOfTime)
            return new TrialStopped(trial.Number, outOfTime) { At = now };
        if (end.Cause == AttemptCause.Done)
            return new TrialPaused(trial.Number) { At = now };
        if (SelfPause.IsKnown(state, end))
            return null;
        // The same step fits into less memory, down to one image at a time.
        var again =
            end.Cause == AttemptCause.OutOfMemory
                ? state.MoreParts(trial) is not null
                : MayRetry(state.Spec.Retries, trial.Ends, trial.Forgiven, end.Cause);
        return again ? null : new TrialFailed(trial.Number, end) { At = now };
    }

    static SweepEvent? EvaluationOutcome(SweepState state, TrialState trial, AttemptEnd end, EvaluationScores? scores, DateTimeOffset now)
    {
        if (end.Cause == AttemptCause.Done)
            return new EvaluationCompleted(trial.Number, scores!) { At = now };
        // The same weights give the same non-finite scores again.
        var again =
            end.Cause != AttemptCause.Divergence
            && MayRetry(state.Spec.Retries, trial.EvaluationEnds, trial.ForgivenEvaluations, end.Cause);
        return again ? null : new EvaluationFailed(trial.Number, end) { At = now };
    }

    static bool MayRetry(
        RetrySpec retries,
        ImmutableSortedDictionary<AttemptCause, int> ends,
        ImmutableSortedDictionary<AttemptCause, int> forgiven,
        AttemptCause cause
    )
    {
        var counted = ends.GetValueOrDefault(cause) - forgiven.GetValueOrDefault(cause);
        return cause switch
        {
            AttemptCause.NodeLost or AttemptCause.Interrupted or AttemptCause.Storage or AttemptCause.Data => true,
            AttemptCause.Crash => counted < retries.Crash,
            AttemptCause.OutOfMemory => counted < retries.OutOfMemory,
            AttemptCause.Divergence => counted < retries.Divergence,
            _ => false,
        };
    }

    static Decision Stop(SweepState state, AttemptEnd? because, DateTimeOffset now)
    {
        if (state.Status is not (SweepStatus.Running or SweepStatus.Paused))
            return Decision.Nothing;
        var stopped = state
            .PendingTrials.Concat(state.PausedTrials)
            .Order()
            .Select(SweepEvent (number) => new TrialStopped(number, because) { At = now });
        return WithSweepEnd(state, [new SweepStopRequested(because) { At = now }, .. stopped], now);
    }

    static Decision Pause(SweepState state, DateTimeOffset now) =>
        state.Status switch
        {
            SweepStatus.Running => new Decision([new SweepPaused(Because: null) { At = now }]),
            SweepStatus.Paused => Decision.Nothing,
            _ => Decision.Refuse($"the sweep is {StatusText.Of(state.Status)}: nothing of it can be paused"),
        };

    static Decision Resume(SweepState state, DateTimeOffset now) =>
        state.Status switch
        {
            // Somebody who says so has put the data where they were missing.
            SweepStatus.Running when state.WithoutData.IsEmpty => Decision.Nothing,
            SweepStatus.Running or SweepStatus.Paused => new Decision([new SweepResumed { At = now }]),
            _ => Decision.Refuse(
                $"the sweep is {StatusText.Of(state.Status)}: only a paused sweep is resumed; what failed is tried again with retry"
            ),
        };

    static Decision Check(SweepState state, DateTimeOffset now)
    {
        if (state.Budget == SweepBudget.Unlimited || state.IsOver)
            return Decision.Nothing;
        if (state.Status is SweepStatus.Running or SweepStatus.Paused && Budgets.Reached(state, now) is { } reached)
            return Stop(state, reached, now);
        if (state.StoppedBecause is not null && state.Scored > 0 && !state.PendingEvaluations.IsEmpty && Budgets.IsUsedUp(state, now))
            return WithSweepEnd(
                state,
                [.. state.PendingEvaluations.Select(one => one.Trial).Order().Select(trial => new EvaluationDropped(trial) { At = now })],
                now
            );
        return OutOfTime(state, now) is { Events.IsEmpty: false } decided ? decided : new Decision([.. Noticing.OfBudgets(state, now)]);
    }

    static Decision OutOfTime(SweepState state, DateTimeOffset now)
    {
        if (state.Budget.TrialHours is null || state.Status is not (SweepStatus.Running or SweepStatus.Paused))
            return Decision.Nothing;
        var leave = state
            .Leases.Values.Where(held => held.Lease.Kind == WorkKind.Training && !state.Recalls(held.Lease))
            .Where(held => Budgets.OutOfTime(state, Trained(state, held, now)) is not null)
            .OrderBy(held => held.Lease.Token)
            .Select(SweepEvent (held) => new TrialOutOfTime(held.Lease.Trial, held.Lease.Token) { At = now });
        var stopped =
            from number in state.PendingTrials
            let end = Budgets.OutOfTime(state, state.Trial(number).Trained)
            where end is not null
            select (SweepEvent)new TrialStopped(number, end) { At = now };
        ImmutableArray<SweepEvent> events = [.. leave, .. stopped];
        return events.IsEmpty ? Decision.Nothing : WithSweepEnd(state, events, now);
    }

    /// <summary>Told twice, it is settled once.</summary>
    static Decision Settle(SweepState state, SettleNotice command, DateTimeOffset now) =>
        state.Notices.Open.Exists(notice => notice.Number == command.Notice && notice.Channels.Contains(command.Channel))
            ? new Decision([new NoticeSettled(command.Notice, command.Channel, command.GivenUpBecause) { At = now }])
            : Decision.Nothing;

    static TimeSpan Trained(SweepState state, LeaseState held, DateTimeOffset now) =>
        state.Trial(held.Lease.Trial).Trained + Spending.Of(held, now).Training.Slot;

    /// <summary>Whoever leaves already, or has left, is asked no more.</summary>
    static Decision Preempt(SweepState state, PreemptTrial command, DateTimeOffset now) =>
        state.Leases.TryGetValue(command.Token, out var held) && held.Lease.Kind == WorkKind.Training && !state.Recalls(held.Lease)
            ? new Decision([new TrialPreempted(held.Lease.Trial, command.Token, command.By) { At = now }])
            : Decision.Nothing;

    static Decision Retry(SweepState state, RetryTrials command, DateTimeOffset now)
    {
        if (state.Status == SweepStatus.Stopping)
            return Decision.Refuse("the sweep is stopping: retry once it has stopped");
        if (state.StoppedBecause is { } stopped)
            return Decision.Refuse($"{stopped.Message}: set more of it first, by sweep set");
        foreach (var number in command.Trials)
        {
            if (number < 1 || number > state.Trials.Count)
                return Decision.Refuse(
                    $"the sweep has no trial {TrialId.Of(number)}: its trials are 0001 to {TrialId.Of(state.Trials.Count)}"
                );
            if (state.Trial(number).IsDropped)
                return Decision.Refuse($"trial {TrialId.Of(number)} is no longer in the sweep file: sweep apply takes it in again");
            if (state.Trial(number).Status is (TrialStatus.Stopped or TrialStatus.Pruned) and var status)
                return Decision.Refuse($"trial {TrialId.Of(number)} was {StatusText.Of(status)}: only what failed is tried again");
            if (state.Trial(number) is { Evaluation: EvaluationStatus.Failed, HasCheckpoint: false, Status: not TrialStatus.Failed })
                return Decision.Refuse($"trial {TrialId.Of(number)} cannot be evaluated again: its checkpoint was deleted");
        }

        // What was named and has not failed is on its way already, or done: asked twice, it is tried once.
        var trials = command.Trials.IsEmpty ? state.Trials : command.Trials.Distinct().Order().Select(state.Trial);
        var retried = trials.Select(trial => Retried(trial, now)).OfType<SweepEvent>().ToImmutableArray();
        if (retried.IsEmpty)
            return Decision.Nothing;
        return new Decision(state.IsOver ? retried.Insert(0, new SweepReopened { At = now }) : retried);
    }

    static SweepEvent? Retried(TrialState trial, DateTimeOffset now) =>
        trial.IsDropped ? null
        : trial.Status == TrialStatus.Failed ? new TrialRetried(trial.Number) { At = now }
        : trial is { Evaluation: EvaluationStatus.Failed, HasCheckpoint: true } ? new EvaluationRetried(trial.Number) { At = now }
        : null;

    internal static Decision WithSweepEnd(SweepState state, ImmutableArray<SweepEvent> events, DateTimeOffset now)
    {
        var after = events.Aggregate(state, SweepState.Apply);
        if (NextWork.IsTrainingLeft(after))
            return new Decision(events);
        // Nobody is promoted any more, and who is evaluated is known.
        SweepEvent[] last =
        [
            .. after.PausedTrials.Select(number => new TrialPruned(number, after.Trial(number).Epochs) { At = now }),
            .. after.StoppedBecause is not null && after.Scored > 0 && Budgets.IsUsedUp(after, now)
                ? []
                : NextWork.ChosenEvaluations(after).Select(number => new EvaluationChosen(number) { At = now }),
        ];
        events = events.AddRange(last);
        after = last.Aggregate(after, SweepState.Apply);
        if (after.OpenTrials > 0)
            return new Decision(events);
        // Trials that were stopped stay so, also where others were tried again since.
        var status =
            after.Status == SweepStatus.Stopping || after.Trials.Exists(IsStopped) ? SweepStatus.Stopped
            : after.Count(TrialStatus.Failed) == after.Trials.Count ? SweepStatus.Failed
            : SweepStatus.Completed;
        return new Decision(events.Add(new SweepEnded(status) { At = now }));
    }

    // One that had all of its time has an end of its own.
    static bool IsStopped(TrialState trial) =>
        trial is { Status: TrialStatus.Stopped, IsDropped: false, End: not { Cause: AttemptCause.TimeLimit } };

    static Decision Stale(long token) => Decision.Refuse($"token {token} holds no lease: the attempt was given up or ended");
}
