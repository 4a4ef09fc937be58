namespace Orchestrator.Sweeps.Domain;

/// <summary>The command that led to events of a journal.</summary>
static class ReplayedCommand
{
    /// <param name="events">Those of one time.</param>
    /// <param name="first">The first one that the command led to.</param>
    /// <returns>Null where the event follows from another one of its decision, and no command leads to it alone.</returns>
    public static SweepCommand? Of(SweepState? state, List<(long Number, SweepEvent Event)> events, int first)
    {
        var fact = events[first].Event;
        var next = first + 1 < events.Count ? events[first + 1].Event : null;
        return fact switch
        {
            SweepSubmitted e => new SubmitSweep(e.Spec, e.File, (next as DatasetRecorded)?.Sha256)
            {
                SubmittedBy = e.SubmittedBy,
                Prior = events.Select(entry => entry.Event).OfType<PriorRecorded>().FirstOrDefault()?.Observations ?? [],
                Fork = events.Select(entry => entry.Event).OfType<ForkRecorded>().FirstOrDefault()?.From,
            },
            _ when state is null => null,
            DatasetRecorded e => state.Leases.IsEmpty
                ? new SubmitSweep(state.Spec, state.File, e.Sha256)
                : new ReportDataset(state.Leases.Keys.Min(), e.Sha256),
            TrialAdded or ConfigurationPromoted or SearchExhausted or LeaseGranted => Granted(events, first),
            EpochReported e => new ReportEpoch(e.Token, e.Sequence, e.Report),
            CheckpointReported e => new ReportCheckpoint(e.Token, e.Sequence, e.Checkpoint),
            MemoryMeasured e => new ReportMemory(e.Token, e.Sequence, e.Peak),
            LeaseEnded e => new EndLease(e.Token, e.End, (next as EvaluationCompleted)?.Scores),
            SweepStopRequested { Because: null } => new StopSweep(),
            SweepStopRequested or TrialOutOfTime or EvaluationDropped or TrialStopped { Because: not null } or BudgetNearlyUsed =>
                new CheckBudget(),
            NoticeSettled e => new SettleNotice(e.Notice, e.Channel, e.GivenUpBecause),
            SweepPaused { Because: null } => new PauseSweep(),
            WaitNoted e => new NoteWait(e.Because),
            QuotaNoted e => new NoteQuota(e.Because),
            SweepResumed => new ResumeSweep(),
            TrialDropped or TrialRestored or TrialRestated or SpecChanged => Changed(events, first),
            ShareChanged e => new SetSweep(next is BudgetChanged both ? e.Share.Values.AddRange(both.Budget.Values) : e.Share.Values),
            BudgetChanged e => new SetSweep(e.Budget.Values),
            CheckpointsGivenUp => new PruneCheckpoints(GaveUpBest(state, events)),
            CheckpointLent e => new LendCheckpoint(e.Trial, e.To),
            CheckpointReturned e => new TakeCheckpointBack(e.To),
            CheckpointsDeleted e when state.GivenUp.TryGetValue(e.Trial, out var given) => new ConfirmDeleted(given),
            TagsChanged e => new TagSweep([.. e.Tags.Except(state.Tags)], [.. state.Tags.Except(e.Tags)]),
            SweepNoted e => new WriteNote(null, e.Text),
            TrialNoted e => new WriteNote(e.Trial, e.Text),
            TrialPreempted e => new PreemptTrial(e.Token, e.By),
            SweepReopened or TrialRetried or EvaluationRetried => new RetryTrials([.. Retried(events, first)]),
            _ => null,
        };
    }

    static bool GaveUpBest(SweepState state, List<(long Number, SweepEvent Event)> events) =>
        TrialRanking.Best(state) is { } best
        && events.Exists(entry => entry.Event is CheckpointsGivenUp { Kept: null } e && e.Trial == best.Number);

    static ChangeSpec? Changed(List<(long Number, SweepEvent Event)> events, int first) =>
        events.Skip(first).Select(entry => entry.Event).OfType<SpecChanged>().FirstOrDefault() is { } changed
            ? new ChangeSpec(changed.Spec, changed.File, changed.Beyond)
            : null;

    static GrantLease Granted(List<(long Number, SweepEvent Event)> events, int first)
    {
        for (var index = first; index < events.Count; index++)
        {
            if (events[index].Event is LeaseGranted granted)
                return new GrantLease(granted.Node, granted.Slot, granted.Kind) { Free = granted.Free };
        }

        // A search that had nothing more to give did not say to whom.
        return new GrantLease("", 0, WorkKind.Training);
    }

    static IEnumerable<int> Retried(List<(long Number, SweepEvent Event)> events, int first)
    {
        for (var index = first; index < events.Count; index++)
        {
            if (events[index].Event is TrialRetried or EvaluationRetried)
                yield return ((ITrialFact)events[index].Event).Trial;
            else if (index > first || events[index].Event is not SweepReopened)
                yield break;
        }
    }
}
