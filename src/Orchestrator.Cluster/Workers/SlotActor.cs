using Akka.Actor;
using Akka.Event;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Workers;

/// <summary>What a slot is made with.</summary>
/// <param name="Coordinator">The coordinator, or a proxy to it.</param>
public sealed record SlotOptions(
    string Node,
    int Slot,
    WorkKind Kind,
    DataFolder Folder,
    IActorRef Coordinator,
    ITrialLauncher Launcher,
    ClusterMetrics Metrics
)
{
    /// <summary>Where checkpoints are kept, as a <see cref="StorageAddress"/>; null for the data folder.</summary>
    public string? Storage { get; init; }

    public SlotDevice Device { get; init; } = SlotDevice.Cpu;
}

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
    const int KilledBySigterm = 128 + 15,
        KilledBySigkill = 128 + 9;
    const string AskTimer = "ask",
        RenewTimer = "renew",
        DeadlineTimer = "deadline",
        SendTimer = "send",
        KillTimer = "kill";

    readonly SlotOptions _options;
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly ReportQueue _reports;
    WorkProtocol.WorkGranted? _work;
    ITrialProcess? _process;
    ProcessMessage.Failed? _failed;
    EvaluationScores? _scores;
    WorkProtocol.DatasetExpected? _dataset;
    bool _askedToLeave;
    TimeSpan _rest = TimeSpan.Zero;
    int _stillborn;
    IActorRef? _drainer;

    public SlotActor(SlotOptions options)
    {
        _options = options;
        _reports = new ReportQueue(
            options.Coordinator,
            reports => options.Metrics.Slots.ReportsWaiting(options.Node, options.Slot, reports)
        );
    }

    public static Props Props(SlotOptions options) => Akka.Actor.Props.Create(() => new SlotActor(options));

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => BecomeIdle();

    protected override void PostStop() => _process?.Kill();

    protected override void OnReceive(object message) => Unhandled(message);

    void BecomeIdle()
    {
        Timers.CancelAll();
        _reports.Clear();
        (_work, _process, _failed, _scores, _askedToLeave) = (null, null, null, null, false);
        Show(null);
        if (_drainer is not null)
        {
            _drainer.Tell(new SlotProtocol.Drained(_options.Slot));
            Become(Drained);
            return;
        }

        Become(Idle);
        if (_rest == TimeSpan.Zero)
            Self.Tell(Tick.Ask);
        Timers.StartPeriodicTimer(AskTimer, Tick.Ask, _rest + AskAgain, AskAgain);
    }

    void Idle(object message)
    {
        switch (message)
        {
            case Tick.AskTick:
                _options.Coordinator.Tell(new WorkProtocol.RequestWork(_options.Node, _options.Slot, _options.Kind));
                break;
            case WorkProtocol.DatasetExpected dataset:
                _dataset = dataset;
                break;
            case WorkProtocol.WorkGranted granted:
                Begin(granted);
                break;
            case SlotProtocol.Drain:
                _drainer = Sender;
                BecomeIdle();
                break;
        }
    }

    void Begin(WorkProtocol.WorkGranted granted)
    {
        _work = granted;
        Timers.Cancel(AskTimer);
        Timers.StartPeriodicTimer(RenewTimer, Tick.Renew, granted.Duration / RenewalsPerLease);
        Timers.StartPeriodicTimer(SendTimer, Tick.Send, SendAgain);
        KeepUntilDeadline();
        Become(Running);
        Show(null);
        var (self, token) = (Self, granted.Lease.Token);
        try
        {
            var dataset = _dataset is { } expected && (expected.Sweep, expected.Token) == (granted.Sweep, token) ? expected.Sha256 : null;
            var task = TaskFile.Write(_options.Folder, granted, _options.Storage, dataset);
            _process = _options.Launcher.Start(
                granted.Lease.Kind,
                task,
                _options.Device,
                line => self.Tell(new FromProcess(token, line)),
                exit => self.Tell(new ProcessEnded(token, exit))
            );
            _options.Metrics.Slots.ProcessStarted(_options.Node, _options.Slot, _process.Id);
            _log.Info(
                "slot {Slot}: {Kind} of {Sweep}/{Trial}, attempt {Attempt}, process {Process}",
                _options.Slot,
                _options.Kind,
                granted.Sweep,
                TrialState.IdOf(granted.Lease.Trial),
                granted.Lease.Attempt,
                _process.Id
            );
        }
        catch (ProgramException error)
        {
            NotBegun(error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Nothing of the trial is to blame: another slot may do better, or this one a little later.
            Finish(new AttemptEnd(AttemptCause.Storage, $"the process could not be started on {_options.Node}: {error.Message}"));
        }
    }

    void Running(object message)
    {
        switch (message)
        {
            case FromProcess line when line.Token == _work!.Lease.Token:
                OnLine(line.Message);
                break;
            case ProcessEnded ended when ended.Token == _work!.Lease.Token:
                if (ended.Exit.NeverLived && !_askedToLeave)
                    NotBegun($"it ended before its first word: {ended.Exit.Describe()}");
                else
                    Finish(EndOf(ended.Exit));
                break;
            case Tick.DeadlineTick:
                _log.Warning("slot {Slot}: the coordinator was not heard before the lease ran out; leaving", _options.Slot);
                Leave(Terminate);
                break;
            case WorkProtocol.LeaseRefused refused when refused.Token == _work!.Lease.Token:
                _log.Warning("slot {Slot}: lease refused: {Reason}", _options.Slot, refused.Reason);
                Leave(_process!.Kill);
                break;
            case WorkProtocol.LeaseRecalled recalled when recalled.Token == _work!.Lease.Token:
                Terminate();
                break;
            case SlotProtocol.Drain drain:
                _drainer = Sender;
                if (drain == SlotProtocol.Drain.Unheard)
                    Leave(Terminate);
                else
                    Terminate();
                break;
            case Tick.KillTick:
                _process!.Kill();
                break;
            default:
                Confirming(message);
                break;
        }
    }

    /// <summary>The process is gone; what it said is not yet all in the journal.</summary>
    void Reporting(object message)
    {
        switch (message)
        {
            case Tick.DeadlineTick:
            case WorkProtocol.LeaseRefused refused when refused.Token == _work!.Lease.Token:
                BecomeIdle();
                break;
            case SlotProtocol.Drain drain:
                _drainer = Sender;
                if (drain == SlotProtocol.Drain.Unheard)
                    BecomeIdle();
                break;
            default:
                Confirming(message);
                if (_reports.IsEmpty)
                    BecomeIdle();
                break;
        }
    }

    /// <summary>The lease is lost: nothing the process still says counts.</summary>
    void Leaving(object message)
    {
        switch (message)
        {
            case ProcessEnded ended when ended.Token == _work!.Lease.Token:
                BecomeIdle();
                break;
            case Tick.KillTick:
                _process!.Kill();
                break;
            case SlotProtocol.Drain:
                _drainer = Sender;
                break;
        }
    }

    void Drained(object message)
    {
        if (message is SlotProtocol.Drain)
            Sender.Tell(new SlotProtocol.Drained(_options.Slot));
    }

    void Confirming(object message)
    {
        switch (message)
        {
            case Tick.RenewTick:
                _options.Coordinator.Tell(new WorkProtocol.RenewLease(_work!.Sweep, _work.Lease.Token));
                break;
            case Tick.SendTick:
                _reports.SendOldest();
                break;
            case WorkProtocol.LeaseRenewed renewed when renewed.Token == _work!.Lease.Token:
                KeepUntilDeadline();
                break;
            case WorkProtocol.ReportAccepted accepted when accepted.Token == _work!.Lease.Token:
                KeepUntilDeadline();
                _reports.Confirm(accepted.Sequence);
                break;
            case WorkProtocol.WorkGranted other when other.Lease.Token != _work!.Lease.Token || other.Sweep != _work.Sweep:
                // Granted to a request that was answered twice: handed back rather than left to expire.
                _options.Coordinator.Tell(
                    new WorkProtocol.WorkEnded(
                        other.Sweep,
                        other.Lease.Token,
                        1,
                        new AttemptEnd(AttemptCause.Interrupted, "handed back: the slot was busy"),
                        null
                    )
                );
                break;
        }
    }

    void OnLine(ProcessMessage message)
    {
        var (sweep, token, trial) = (_work!.Sweep, _work.Lease.Token, _work.Lease.Trial);
        _stillborn = 0;
        switch (message)
        {
            case ProcessMessage.DatasetLoaded dataset:
                Report(sequence => new WorkProtocol.DatasetLoaded(sweep, token, sequence, dataset.Sha256));
                break;
            case ProcessMessage.EpochFinished epoch:
                _options.Metrics.Slots.EpochFinished(_options.Node, _options.Slot, epoch.Report);
                Report(sequence => new WorkProtocol.EpochDone(sweep, token, sequence, epoch.Report));
                break;
            case ProcessMessage.CheckpointWritten written:
                _options.Metrics.Checkpoints.Written(_options.Slot, written.Checkpoint);
                Report(sequence => new WorkProtocol.CheckpointDone(sweep, token, sequence, written.Checkpoint));
                break;
            case ProcessMessage.Progress progress:
                Show(progress);
                break;
            case ProcessMessage.Warning warning:
                _log.Warning("trial {Trial}: {Message}", TrialState.IdOf(trial), warning.Message);
                Context.System.EventStream.Publish(new SlotProtocol.Notice(sweep, trial, warning.Message));
                break;
            case ProcessMessage.Failed failed:
                _failed = failed;
                break;
            case ProcessMessage.Scored scored:
                _scores = scored.Scores;
                break;
        }
    }

    AttemptEnd EndOf(ProcessExit exit)
    {
        // A process that was still starting knows no better way to follow our signal, and one that was too slow was ended by us: neither is
        // the trial's fault.
        if (_askedToLeave && exit.Code is KilledBySigterm or KilledBySigkill)
            return new AttemptEnd(AttemptCause.Interrupted, "asked to leave, and ended before it could checkpoint");
        var cause = TrialExitCode.Cause(exit.Code);
        // The journal gets a sentence; where it happened is for whoever mends it.
        if (cause == AttemptCause.Crash && exit.LastErrors.Length > 0)
            _log.Warning(
                "slot {Slot}: the process of trial {Trial} crashed: {Errors}",
                _options.Slot,
                TrialState.IdOf(_work!.Lease.Trial),
                exit.LastErrors
            );
        if (_failed is not null && _failed.Cause == cause)
            return new AttemptEnd(cause, _failed.Message, _failed.Layer, _failed.Step);
        if (cause != AttemptCause.Crash)
            return new AttemptEnd(cause);
        var how = exit.Code > 128 ? $"killed by signal {exit.Code - 128}" : $"exit code {exit.Code}";
        return new AttemptEnd(cause, exit.LastErrors.Length == 0 ? how : $"{how}: {exit.LastErrors}");
    }

    // The program cannot be started here, or is not whole: that is nothing of the trial's, and it is said once.
    void NotBegun(string reason)
    {
        var (sweep, trial) = (_work!.Sweep, _work.Lease.Trial);
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
        Finish(new AttemptEnd(AttemptCause.Interrupted, $"its process did not start on {_options.Node}: {reason}"), rests: true);
    }

    void Finish(AttemptEnd end, bool rests = false)
    {
        _process = null;
        Become(Reporting);
        _rest = rests || end.Cause == AttemptCause.Storage ? Longer(_rest) : TimeSpan.Zero;
        try
        {
            Report(end, end.Cause == AttemptCause.Done ? _scores : null);
        }
        catch (RefusedMessageException refusal)
        {
            Report(new AttemptEnd(AttemptCause.Crash, RefusedText(refusal)), null);
        }

        void Report(AttemptEnd how, EvaluationScores? scores) =>
            _reports.Add(sequence => new WorkProtocol.WorkEnded(_work!.Sweep, _work.Lease.Token, sequence, how, scores));
    }

    void Report(Func<long, WorkProtocol.WorkReport> report)
    {
        try
        {
            _reports.Add(report);
        }
        catch (RefusedMessageException refusal)
        {
            // Sent, it would never arrive, and hold slot and trial for good.
            _failed = new ProcessMessage.Failed(AttemptCause.Crash, RefusedText(refusal));
            _process!.Kill();
        }
    }

    static string RefusedText(RefusedMessageException refusal) => $"the process reported what no coordinator takes: {refusal.Message}";

    void Leave(Action how)
    {
        Timers.CancelAll();
        how();
        Become(Leaving);
    }

    // A process that does not follow the request in time is ended; its trial goes on from the checkpoint before.
    void Terminate()
    {
        if (Timers.IsTimerActive(KillTimer))
            return;
        _askedToLeave = true;
        _process!.Terminate();
        Timers.StartSingleTimer(KillTimer, Tick.Kill, KillAfter);
    }

    // Where there is no room to work, asking again at once would only fill the journal.
    static TimeSpan Longer(TimeSpan rest) =>
        rest == TimeSpan.Zero ? ShortestRest
        : rest < LongestRest ? rest * 2
        : LongestRest;

    void KeepUntilDeadline() => Timers.StartSingleTimer(DeadlineTimer, Tick.Deadline, _work!.Duration);

    void Show(ProcessMessage.Progress? progress)
    {
        var changed = new SlotProtocol.SlotChanged(_options.Slot, _options.Kind, _work?.Sweep, _work?.Lease, progress);
        _options.Metrics.SlotChanged(_options.Node, changed);
        Context.System.EventStream.Publish(changed);
    }

    sealed record FromProcess(long Token, ProcessMessage Message) : INoSerializationVerificationNeeded;

    sealed record ProcessEnded(long Token, ProcessExit Exit) : INoSerializationVerificationNeeded;

    abstract record Tick : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Tick Ask = new AskTick(),
            Renew = new RenewTick(),
            Send = new SendTick(),
            Deadline = new DeadlineTick(),
            Kill = new KillTick();

        public sealed record AskTick : Tick;

        public sealed record RenewTick : Tick;

        public sealed record SendTick : Tick;

        public sealed record DeadlineTick : Tick;

        public sealed record KillTick : Tick;
    }
}
