using Akka.Actor;
using Akka.Event;
using Orchestrator.Cluster.Metrics;
using Orchestrator.Cluster.Notices;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Coordination;

/// <summary>Sends what sweeps have to tell to their channels, one message after the other on each, and again with growing rests where one
/// does not arrive.</summary>
/// <remarks>
/// It keeps nothing: what is still to be told is in the states of the sweeps, and what was told goes into their journals. Whoever
/// coordinates next begins with what is open. A message may so arrive twice, with the same id, where that happens between sending it and
/// keeping that it was sent.
/// </remarks>
sealed class Notifier : UntypedActor, IWithTimers
{
    /// <summary>A message that has not arrived this long after what it tells of is given up.</summary>
    internal static readonly TimeSpan GiveUpAfter = TimeSpan.FromDays(1);

    internal static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(5),
        LongestRest = TimeSpan.FromMinutes(5);

    readonly NoticeChannels _channels;
    readonly NoticeMetrics _metrics;
    readonly ILoggingAdapter _log = Context.GetLogger();
    readonly CancellationTokenSource _over = new();
    readonly Dictionary<string, Line> _lines = [];

    // By sweep: what it still wants told, as far as is known here.
    readonly Dictionary<string, Dictionary<(string Id, string Channel), Item>> _items = [];

    public Notifier(NoticeChannels channels, NoticeMetrics metrics)
    {
        _channels = channels;
        _metrics = metrics;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(NoticeChannels channels, NoticeMetrics metrics) =>
        Akka.Actor.Props.Create(() => new Notifier(channels, metrics));

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(SweepProtocol.SweepChanged));

    protected override void PostStop()
    {
        _over.Cancel();
        _over.Dispose();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SweepProtocol.SweepChanged({ } sweep):
                Look(sweep);
                break;
            case Tried tried:
                OnTried(tried);
                break;
            case Rested rested:
                rested.Line.IsBusy = false;
                Next(rested.Line);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void Look(SweepState sweep)
    {
        var name = sweep.Spec.Name;
        var known = _items.GetValueOrDefault(name);
        if (known is null && sweep.Notices.Open.IsEmpty)
            return;
        var open = new Dictionary<(string, string), Item>();
        foreach (var notice in sweep.Notices.Open)
        {
            var id = NoticeMessage.IdOf(sweep, notice);
            NoticeMessage? message = null;
            foreach (var channel in notice.Channels)
                open.Add(
                    (id, channel),
                    known?.GetValueOrDefault((id, channel))
                        ?? new Item(
                            message ??= NoticeMessage.Of(sweep, notice, _channels.Page, _channels.Folder),
                            notice.Number,
                            sweep.SubmittedAt,
                            channel
                        )
                );
        }

        if (open.Count > 0)
            _items[name] = open;
        else
            _items.Remove(name);
        foreach (var item in open.Values)
            if (item.Done is { } done)
                // Its sweep may have begun anew before it kept that.
                Context.Parent.Tell(done);
            else if (!item.IsInLine)
                Queue(item);
    }

    void Queue(Item item)
    {
        if (!_lines.TryGetValue(item.Channel, out var line))
            _lines.Add(item.Channel, line = new Line(item.Channel));
        item.IsInLine = true;
        line.Waiting.Enqueue(item);
        Next(line);
    }

    void Next(Line line)
    {
        if (line.IsBusy)
            return;
        // Its sweep may have gone meanwhile.
        while (line.Waiting.TryPeek(out var gone) && !IsOpen(gone))
            line.Waiting.Dequeue();
        if (!line.Waiting.TryPeek(out var item))
            return;
        line.IsBusy = true;
        SendAsync(item).PipeTo(Self, success: delivery => new Tried(line, item, delivery));
    }

    bool IsOpen(Item item) =>
        _items.TryGetValue(item.Message.Sweep, out var open) && open.GetValueOrDefault((item.Message.Id, item.Channel)) == item;

    async Task<NoticeDelivery> SendAsync(Item item)
    {
        if (!_channels.ByName.TryGetValue(item.Channel, out var channel))
            return new NoticeDelivery($"there is no channel of this name in {_channels.Source}");
        try
        {
            return await channel.SendAsync(item.Message, _over.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever is wrong with a message is no reason for the others to wait.
            return new NoticeDelivery($"{error.GetType().Name}: {error.Message}", IsFinal: true);
        }
    }

    void OnTried(Tried tried)
    {
        var (line, item, delivery) = tried;
        if (delivery.Fault is not { } fault)
        {
            _metrics.Happened(NoticeOutcome.Sent);
            if (line.Failures > 0)
                _log.Info("notify: channel {Channel} can be told again", line.Channel);
            Settle(line, item, null);
        }
        else if (delivery.IsFinal || Context.System.Scheduler.Now - item.Message.At >= GiveUpAfter)
        {
            _metrics.Happened(NoticeOutcome.GivenUp);
            _log.Warning(
                "notify: channel {Channel} is not told of {Type} ({Id}): {Reason}",
                line.Channel,
                item.Message.Type,
                item.Message.Id,
                fault
            );
            Settle(line, item, fault);
        }
        else
        {
            // A channel that is away for a day is no news every five minutes.
            if (line.Failures == 0)
                _log.Warning(
                    "notify: channel {Channel} cannot be told of {Type} now: {Reason}; tried again",
                    line.Channel,
                    item.Message.Type,
                    fault
                );
            Timers.StartSingleTimer(line.Channel, new Rested(line), Rest(line.Failures++, delivery.After));
            _metrics.Happened(NoticeOutcome.Failed);
        }
    }

    void Settle(Line line, Item item, string? givenUpBecause)
    {
        item.Done = new NoticeDone(item.Message.Sweep, item.SubmittedAt, item.Number, item.Channel, givenUpBecause);
        Context.Parent.Tell(item.Done);
        line.Waiting.Dequeue();
        line.Failures = 0;
        line.IsBusy = false;
        Next(line);
    }

    internal static TimeSpan Rest(int failures, TimeSpan? asked)
    {
        var rest = FirstRest * Math.Pow(2, Math.Min(failures, 20));
        rest = asked > rest ? asked.Value : rest;
        return rest < LongestRest ? rest : LongestRest;
    }

    /// <summary>What waits for one channel, oldest first.</summary>
    sealed class Line(string channel)
    {
        public string Channel => channel;

        public Queue<Item> Waiting { get; } = [];

        /// <summary>Its first message is on its way, or rests.</summary>
        public bool IsBusy { get; set; }

        /// <summary>In a row.</summary>
        public int Failures { get; set; }
    }

    /// <summary>One message to one channel.</summary>
    sealed class Item(NoticeMessage message, int number, DateTimeOffset submittedAt, string channel)
    {
        public NoticeMessage Message => message;

        public int Number => number;

        public DateTimeOffset SubmittedAt => submittedAt;

        public string Channel => channel;

        public bool IsInLine { get; set; }

        /// <summary>What came of it; null while that is open.</summary>
        public NoticeDone? Done { get; set; }
    }

    sealed record Tried(Line Line, Item Item, NoticeDelivery Delivery) : INoSerializationVerificationNeeded;

    sealed record Rested(Line Line) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
