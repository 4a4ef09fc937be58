using Akka.Actor;
using Akka.Event;
using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Workers;

/// <summary>One slot of a node: a worker (training) or an evaluator. Pulls a lease, runs its child process, reports, and pulls
/// again.</summary>
/// <remarks>
/// <code>
///   Idle ──WorkGranted──▶ Running ──process exits──▶ Reporting ──all confirmed──▶ Idle
///                            │ lease refused or run out            │ lease refused
///                            ▼                                     ▼
///                         Leaving ──process exits──────────────▶ Idle
/// </code>
/// A lease that is recalled lets the process leave, and what it reports still counts. After <see cref="SlotProtocol.Drain"/> the slot ends
/// in Drained instead of Idle.
/// </remarks>
public sealed class SlotActor : UntypedActor, IWithTimers
{
    static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan SendAgain = TimeSpan.FromSeconds(1);
    static readonly TimeSpan KillAfter = TimeSpan.FromSeconds(25);
    static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(2),
        LongestRest = TimeSpan.FromSeconds(60);

    // Often enough that most of a lease is left when a coordinator fails: the next one has that long to take over.
    const int RenewalsPerLease = 9;

    readonly SlotOptions _options;
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly ReportQueue _reports;
    readonly SlotShare _share;
    SlotWork? _work;
    TimeSpan _rest = TimeSpan.Zero;
    int _stillborn;
    IActorRef? _drainer;

    public SlotActor(SlotOptions options)
    {
        _options = options;
        _share = new SlotShare(options);
        _reports = new ReportQueue(
            options.Coordinator,
            reports => options.Metrics.Slots.ReportsWaiting(options.Node, options.Slot, reports),
            soon: () => Self.Tell(Tick.SendNew)
        );
    }

    public static Props Props(SlotOptions options) => Akka.Actor.Props.Create(() => new SlotActor(options));

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => BecomeIdle();

    protected override void PostStop()
    {
        _work?.Process?.Kill();
        _share.Leave();
    }

    protected override void OnReceive(object message) => Unhandled(message);

    void BecomeIdle()
    {
        Timers.CancelAll();
        _reports.Clear();
        _work = null;
        _share.GiveBack();
        PublishStatus(null);
        if (_drainer is not null)
        {
            _share.Leave();
            _drainer.Tell(new SlotProtocol.Drained(_options.Slot));
            Become(Drained);
            return;
        }

        Become(Idle);
        if (_rest == TimeSpan.Zero)
            Self.Tell(Tick.Ask);
        Timers.StartPeriodicTimer(Reminder.Ask, Tick.Ask, _rest + AskAgain, AskAgain);
    }

    void Idle(object message)
    {
        switch (message)
        {
            case Tick { For: Reminder.Ask }:
                var self = Self;
                var free = _share.Free(() => self.Tell(Tick.Ask));
                _options.Coordinator.Tell(new WorkProtocol.RequestWork(_options.Node, _options.Slot, _options.Kind, free, _share.Whole));
                break;
            case WorkProtocol.WorkGranted granted when _share.TryTake(granted):
                Begin(granted);
                break;
            case WorkProtocol.WorkGranted granted:
                // Granted to a request whose device was taken meanwhile.
                HandBack(granted, "handed back: the device was taken");
                break;
            case SlotProtocol.Drain:
                _drainer = Sender;
                BecomeIdle();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void Begin(WorkProtocol.WorkGranted granted)
    {
        var work = _work = new SlotWork(granted);
        Timers.Cancel(Reminder.Ask);
        Timers.StartPeriodicTimer(Reminder.Renew, Tick.Renew, granted.Duration / RenewalsPerLease);
        Timers.StartPeriodicTimer(Reminder.Send, Tick.Send, SendAgain);
        KeepUntilDeadline(work);
        Become(message => Running(work, message));
        PublishStatus(null);
        var (self, token) = (Self, granted.Lease.Token);
        try
        {
            var task = TaskFile.Write(_options.Folder, granted, _share.Device, _options.Storage);
            work.Process = _options.Launcher.Start(
                granted.Lease.Kind,
                task,
                _share.Device,
                line => self.Tell(new FromProcess(token, line)),
                exit => self.Tell(new ProcessEnded(token, exit))
            );
            _options.Metrics.Slots.ProcessStarted(_options.Node, _options.Slot, work.Process.Id);
            _log.Info(
                "slot {Slot}: {Kind} of {Sweep}/{Trial}, attempt {Attempt}, process {Process}",
                _options.Slot,
                _options.Kind,
                granted.Sweep,
                TrialId.Of(granted.Lease.Trial),
                granted.Lease.Attempt,
                work.Process.Id
            );
        }
        catch (ProgramException error)
        {
            NotBegun(work, error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nothing of the trial is to blame: another slot may do better, or this one a little later.
            Finish(work, new AttemptEnd(AttemptCause.Storage, $"the process could not be started on {_options.Node}: {error.Message}"));
        }
    }

    void Running(SlotWork work, object message)
    {
        switch (message)
        {
            case FromProcess line when line.Token == work.Token:
                OnLine(work, line.Message);
                break;
            case ProcessEnded ended when ended.Token == work.Token:
                if (ended.Exit.NeverLived && !work.AskedToLeave)
                    NotBegun(work, $"it ended before its first word: {ended.Exit.Describe()}");
                else
                    Finish(work, EndOf(work, ended.Exit));
                break;
            case Tick { For: Reminder.Deadline }:
                _log.Warning("slot {Slot}: the coordinator was not heard before the lease ran out; leaving", _options.Slot);
                LeaveLost(work, () => Terminate(work));
                break;
            case WorkProtocol.LeaseRefused refused when refused.Token == work.Token:
                _log.Warning("slot {Slot}: lease refused: {Reason}", _options.Slot, refused.Reason);
                LeaveLost(work, work.Process!.Kill);
                break;
            case WorkProtocol.LeaseRecalled recalled when recalled.Token == work.Token:
                Terminate(work);
                break;
            case SlotProtocol.Drain drain:
                _drainer = Sender;
                if (drain == SlotProtocol.Drain.Unheard)
                    LeaveLost(work, () => Terminate(work));
                else
                    Terminate(work);
                break;
            case Tick { For: Reminder.Kill }:
                work.Process!.Kill();
                break;
            default:
                HandleConfirmations(work, message);
                break;
        }
    }

    /// <summary>The process is gone; what it said is not yet all in the journal.</summary>
    void Reporting(SlotWork work, object message)
    {
        switch (message)
        {
            case Tick { For: Reminder.Deadline }:
            case WorkProtocol.LeaseRefused refused when refused.Token == work.Token:
                BecomeIdle();
                break;
            case SlotProtocol.Drain drain:
                _drainer = Sender;
                if (drain == SlotProtocol.Drain.Unheard)
                    BecomeIdle();
                break;
            default:
                HandleConfirmations(work, message);
                if (_reports.IsEmpty)
                    BecomeIdle();
                break;
        }
    }

    /// <summary>The lease is lost: nothing the process still says counts.</summary>
    void Leaving(SlotWork work, object message)
    {
        switch (message)
        {
            case ProcessEnded ended when ended.Token == work.Token:
                BecomeIdle();
                break;
            case Tick { For: Reminder.Kill }:
                work.Process!.Kill();
                break;
            case SlotProtocol.Drain:
                _drainer = Sender;
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void Drained(object message)
    {
        if (message is SlotProtocol.Drain)
            Sender.Tell(new SlotProtocol.Drained(_options.Slot));
        else
            Unhandled(message);
    }

    void HandleConfirmations(SlotWork work, object message)
    {
        switch (message)
        {
            case Tick { For: Reminder.Renew }:
                _options.Coordinator.Tell(new WorkProtocol.RenewLease(work.Granted.Sweep, work.Token));
                break;
            case Tick { For: Reminder.SendNew }:
                _reports.SendNew();
                break;
            case Tick { For: Reminder.Send }:
                _reports.Send();
                break;
            case WorkProtocol.LeaseRenewed renewed when renewed.Token == work.Token:
                KeepUntilDeadline(work);
                break;
            case WorkProtocol.ReportAccepted accepted when accepted.Token == work.Token:
                KeepUntilDeadline(work);
                _reports.Confirm(accepted.Sequence);
                break;
            case WorkProtocol.WorkGranted other when other.Lease.Token != work.Token || other.Sweep != work.Granted.Sweep:
                // Granted to a request that was answered twice: handed back rather than left to expire.
                HandBack(other, "handed back: the slot was busy");
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void HandBack(WorkProtocol.WorkGranted granted, string why) =>
        _options.Coordinator.Tell(
            new WorkProtocol.EndLease(granted.Sweep, granted.Lease.Token, 1, new AttemptEnd(AttemptCause.Interrupted, why), null)
        );

    void OnLine(SlotWork work, ProcessMessage message)
    {
        var (sweep, token, trial) = (work.Granted.Sweep, work.Token, work.Granted.Lease.Trial);
        _stillborn = 0;
        switch (message)
        {
            case ProcessMessage.ReportDataset dataset:
                Report(work, sequence => new WorkProtocol.ReportDataset(sweep, token, sequence, dataset.Sha256));
                break;
            case ProcessMessage.ReportEpoch epoch:
                _options.Metrics.Slots.EpochFinished(_options.Node, _options.Slot, epoch.Report);
                Report(work, sequence => new WorkProtocol.ReportEpoch(sweep, token, sequence, epoch.Report));
                break;
            case ProcessMessage.ReportCheckpoint written:
                _options.Metrics.Checkpoints.Written(_options.Slot, written.Checkpoint);
                Report(work, sequence => new WorkProtocol.ReportCheckpoint(sweep, token, sequence, written.Checkpoint));
                break;
            case ProcessMessage.ReportMemory memory:
                Report(work, sequence => new WorkProtocol.ReportMemory(sweep, token, sequence, memory.Peak));
                break;
            case ProcessMessage.Progress progress:
                PublishStatus(progress);
                break;
            case ProcessMessage.Warning warning:
                _log.Warning("trial {Trial}: {Message}", TrialId.Of(trial), warning.Message);
                Context.System.EventStream.Publish(new SlotProtocol.Notice(sweep, trial, warning.Message));
                break;
            case ProcessMessage.Failed failed:
                work.Failed = failed;
                break;
            case ProcessMessage.Scored scored:
                work.Scores = scored.Scores;
                break;
        }
    }

    AttemptEnd EndOf(SlotWork work, ProcessExit exit)
    {
        var end = AttemptOutcome.Of(exit.Code, exit.LastErrors, work.Failed, work.AskedToLeave);
        // The journal gets a sentence; where it happened is for whoever mends it.
        if (end.Cause == AttemptCause.Crash && exit.LastErrors.Length > 0)
            _log.Warning(
                "slot {Slot}: the process of trial {Trial} crashed: {Errors}",
                _options.Slot,
                TrialId.Of(work.Granted.Lease.Trial),
                exit.LastErrors
            );
        return end;
    }

    // The program cannot be started here, or is not whole: that is nothing of the trial's, and it is said once.
    void NotBegun(SlotWork work, string reason)
    {
        var (sweep, trial) = (work.Granted.Sweep, work.Granted.Lease.Trial);
        _stillborn++;
        if (_stillborn == 1)
        {
            _log.Error(
                "slot {Slot}: trial processes do not start on this node; no trial is charged for it, and it is tried again: {Reason}",
                _options.Slot,
                reason
            );
            Context.System.EventStream.Publish(new SlotProtocol.Notice(sweep, trial, $"its process does not start: {reason}"));
        }

        Context.System.EventStream.Publish(new SlotProtocol.NotBegun(_options.Slot, _stillborn, reason));
        Finish(work, new AttemptEnd(AttemptCause.Interrupted, $"its process did not start on {_options.Node}: {reason}"), rests: true);
    }

    void Finish(SlotWork work, AttemptEnd end, bool rests = false)
    {
        work.Process = null;
        Become(message => Reporting(work, message));
        _rest = rests || end.Cause == AttemptCause.Storage ? NextRest(_rest) : TimeSpan.Zero;
        try
        {
            Report(end, end.Cause == AttemptCause.Done ? work.Scores : null);
        }
        catch (RefusedMessageException refusal)
        {
            Report(new AttemptEnd(AttemptCause.Crash, RefusedText(refusal)), null);
        }

        void Report(AttemptEnd how, EvaluationScores? scores) =>
            _reports.Add(sequence => new WorkProtocol.EndLease(work.Granted.Sweep, work.Token, sequence, how, scores));
    }

    void Report(SlotWork work, Func<long, WorkProtocol.WorkReport> report)
    {
        try
        {
            _reports.Add(report);
        }
        catch (RefusedMessageException refusal)
        {
            // Sent, it would never arrive, and hold slot and trial for good.
            work.Failed = new ProcessMessage.Failed(AttemptCause.Crash, RefusedText(refusal));
            work.Process!.Kill();
        }
    }

    static string RefusedText(RefusedMessageException refusal) => $"the process reported what no coordinator takes: {refusal.Message}";

    void LeaveLost(SlotWork work, Action end)
    {
        Timers.CancelAll();
        end();
        Become(message => Leaving(work, message));
    }

    // A process that does not follow the request in time is ended; its trial goes on from the checkpoint before.
    void Terminate(SlotWork work)
    {
        if (Timers.IsTimerActive(Reminder.Kill))
            return;
        work.AskedToLeave = true;
        work.Process!.Terminate();
        Timers.StartSingleTimer(Reminder.Kill, Tick.Kill, KillAfter);
    }

    // Where there is no room to work, asking again at once would only fill the journal.
    static TimeSpan NextRest(TimeSpan rest) =>
        rest == TimeSpan.Zero ? ShortestRest
        : rest < LongestRest ? rest * 2
        : LongestRest;

    void KeepUntilDeadline(SlotWork work) => Timers.StartSingleTimer(Reminder.Deadline, Tick.Deadline, work.Granted.Duration);

    void PublishStatus(ProcessMessage.Progress? progress)
    {
        var changed = new SlotProtocol.SlotChanged(_options.Slot, _options.Kind, _work?.Granted.Sweep, _work?.Granted.Lease, progress)
        {
            GpuUuid = _share.Device.Cuda?.Uuid,
        };
        _options.Metrics.SlotChanged(_options.Node, changed);
        Context.System.EventStream.Publish(changed);
    }

    sealed record FromProcess(long Token, ProcessMessage Message) : INoSerializationVerificationNeeded;

    sealed record ProcessEnded(long Token, ProcessExit Exit) : INoSerializationVerificationNeeded;

    /// <summary>What a slot tells itself, later; also the name of the timer.</summary>
    enum Reminder
    {
        Ask,
        Renew,
        SendNew,
        Send,
        Deadline,
        Kill,
    }

    sealed record Tick(Reminder For) : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Tick Ask = new(Reminder.Ask),
            Renew = new(Reminder.Renew),
            SendNew = new(Reminder.SendNew),
            Send = new(Reminder.Send),
            Deadline = new(Reminder.Deadline),
            Kill = new(Reminder.Kill);
    }
}
