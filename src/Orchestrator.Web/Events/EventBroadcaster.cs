using System.Data.Common;
using System.Text.Json;
using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps;
using Orchestrator.Web.Nodes;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Events;

/// <summary>Tells every subscriber what is new. One look at the journal a second serves all of them, and nobody looks while nobody
/// listens.</summary>
/// <param name="nodes">What <c>/api/nodes</c> would answer now, given the sweeps.</param>
/// <param name="failed">Told of what should never happen: every subscriber is then cut off, and may come again.</param>
/// <param name="changed">Told before anybody else that something is new.</param>
sealed class EventBroadcaster(
    JournalReader journal,
    SweepReplica sweeps,
    Func<JournalLook, Task<NodeList>> nodes,
    WebLimits limits,
    TimeProvider time,
    Action<Exception> failed,
    Action changed
)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1),
        RetryAfter = TimeSpan.FromSeconds(2);

    readonly SemaphoreSlim _gate = new(1);
    readonly HashSet<EventSubscriber> _subscribers = [];
    JournalLook _look = JournalLook.None;
    long _lookedAt;
    bool _isRunning;
    string? _nodes;

    /// <summary>Begins to listen. What comes before anything new is already in the queue.</summary>
    /// <param name="from">Where an earlier listening ended; null: from now on.</param>
    /// <param name="mayStay">Asked with every look whether the caller may still listen.</param>
    /// <returns>Null where too many listen already, of this caller or of all.</returns>
    /// <exception cref="DbException">The journal does not answer.</exception>
    public async Task<EventSubscriber?> SubscribeAsync(string caller, JournalPosition? from, Func<bool> mayStay, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (_subscribers.Count >= limits.Subscribers || _subscribers.Count(other => other.Caller == caller) >= limits.SubscribersOfOne)
                return null;
            if (_lookedAt == 0 || time.GetElapsedTime(_lookedAt) >= Interval)
                Look();
            var text = new SseWriter().Retry(RetryAfter);
            if (from is { } position)
                _look.Since(position, journal, text);
            var subscriber = new EventSubscriber(caller, limits.SubscriberBacklog, mayStay);
            subscriber.Offer(text.Add("nodes", new object()).ToBytes(_look.Position));
            _subscribers.Add(subscriber);
            if (!_isRunning)
            {
                _isRunning = true;
                _ = Task.Run(RunAsync, CancellationToken.None);
            }

            return subscriber;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task UnsubscribeAsync(EventSubscriber subscriber)
    {
        await LockedAsync(() => _subscribers.Remove(subscriber));
        subscriber.Dispose();
    }

    // Ends with the last subscriber; the next first one starts it again.
    async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval, time);
        do await timer.WaitForNextTickAsync();
        while (await TellAsync());
    }

    /// <returns>False when nobody listens any more.</returns>
    async Task<bool> TellAsync()
    {
        try
        {
            if (!await TellOfSweepsAsync())
                return false;
            await TellOfNodesAsync();
        }
        catch (DbException)
        {
            // Whoever asks for a sweep is told so; what is new is told here when the journal is back.
        }
        catch (Exception error)
        {
            failed(error);
            await LockedAsync(() =>
            {
                foreach (var subscriber in _subscribers)
                    subscriber.CutOff();
            });
        }

        return true;
    }

    async Task<bool> TellOfSweepsAsync()
    {
        var somebody = true;
        await LockedAsync(() =>
        {
            foreach (var subscriber in _subscribers)
                subscriber.CheckAccess();
            _isRunning = somebody = _subscribers.Count > 0;
            if (somebody)
                Look();
            else
                _nodes = null;
        });
        return somebody;
    }

    async Task TellOfNodesAsync()
    {
        var now = JsonSerializer.Serialize(await nodes(_look), OrchestratorJson.Compact);
        await LockedAsync(() =>
        {
            // Also after the first look: whoever came before it may have asked before something changed.
            if (_nodes != now)
                Tell(new SseWriter().Add("nodes", new object()).ToBytes(null));
            _nodes = now;
        });
    }

    void Look()
    {
        var before = _look;
        _look = before.Next(journal, sweeps, time.GetUtcNow());
        _lookedAt = time.GetTimestamp();
        if (_subscribers.Count == 0 || _look.Position.Sequences.SequenceEqual(before.Position.Sequences))
            return;
        Tell(_look.Since(before, new SseWriter()).ToBytes(_look.Position));
    }

    void Tell(ReadOnlyMemory<byte> events)
    {
        changed();
        foreach (var subscriber in _subscribers)
            subscriber.Offer(events);
    }

    async Task LockedAsync(Action action)
    {
        await _gate.WaitAsync();
        try
        {
            action();
        }
        finally
        {
            _gate.Release();
        }
    }
}
