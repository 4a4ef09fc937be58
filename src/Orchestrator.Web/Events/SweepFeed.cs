using System.Data.Common;
using System.Text.Json;
using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps;
using Orchestrator.Web.Limits;
using Orchestrator.Web.Nodes;

namespace Orchestrator.Web.Events;

/// <summary>Tells every listener what is new. One look at the journal a second serves all of them, and nobody looks while nobody
/// listens.</summary>
/// <param name="nodes">What <c>/api/nodes</c> would answer now, given the sweeps.</param>
/// <param name="failed">Told of what should never happen: every listener is then cut off, and may come again.</param>
/// <param name="news">Told before anybody else that something is new.</param>
sealed class SweepFeed(
    JournalReader journal,
    SweepFollower sweeps,
    Func<SweepNews, Task<NodeList>> nodes,
    WebLimits limits,
    TimeProvider time,
    Action<Exception> failed,
    Action news
)
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(1),
        RetryAfter = TimeSpan.FromSeconds(2);

    readonly SemaphoreSlim _gate = new(1);
    readonly HashSet<Follower> _followers = [];
    SweepNews _news = SweepNews.None;
    long _lookedAt;
    bool _isRunning;
    string? _nodes;

    /// <summary>Begins to listen. What comes before anything new is already in the queue.</summary>
    /// <param name="from">Where an earlier listening ended; null: from now on.</param>
    /// <param name="mayStay">Asked with every look whether the caller may still listen.</param>
    /// <returns>Null where too many listen already, of this caller or of all.</returns>
    /// <exception cref="DbException">The journal does not answer.</exception>
    public async Task<Follower?> FollowAsync(string caller, JournalPosition? from, Func<bool> mayStay, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (_followers.Count >= limits.Followers || _followers.Count(other => other.Caller == caller) >= limits.FollowersOfOne)
                return null;
            if (_lookedAt == 0 || time.GetElapsedTime(_lookedAt) >= Interval)
                Look();
            var text = new EventText().Retry(RetryAfter);
            if (from is { } position)
                _news.Since(position, journal, text);
            var follower = new Follower(caller, limits.FollowerBacklog, mayStay);
            follower.Offer(text.Add("nodes", new object()).ToBytes(_news.Position));
            _followers.Add(follower);
            if (!_isRunning)
            {
                _isRunning = true;
                _ = Task.Run(RunAsync, CancellationToken.None);
            }

            return follower;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task LeaveAsync(Follower follower)
    {
        await LockedAsync(() => _followers.Remove(follower));
        follower.Dispose();
    }

    // Ends with the last listener; the next first one starts it again.
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
                foreach (var follower in _followers)
                    follower.CutOff();
            });
        }

        return true;
    }

    async Task<bool> TellOfSweepsAsync()
    {
        var somebody = true;
        await LockedAsync(() =>
        {
            foreach (var follower in _followers)
                follower.CheckAccess();
            _isRunning = somebody = _followers.Count > 0;
            if (somebody)
                Look();
            else
                _nodes = null;
        });
        return somebody;
    }

    async Task TellOfNodesAsync()
    {
        var now = JsonSerializer.Serialize(await nodes(_news), OrchestratorJson.Compact);
        await LockedAsync(() =>
        {
            // Also after the first look: whoever came before it may have asked before something changed.
            if (_nodes != now)
                Tell(new EventText().Add("nodes", new object()).ToBytes(null));
            _nodes = now;
        });
    }

    void Look()
    {
        var before = _news;
        _news = before.Next(journal, sweeps, time.GetUtcNow());
        _lookedAt = time.GetTimestamp();
        if (_followers.Count == 0 || _news.Position.Sequences.SequenceEqual(before.Position.Sequences))
            return;
        Tell(_news.Since(before, new EventText()).ToBytes(_news.Position));
    }

    void Tell(ReadOnlyMemory<byte> events)
    {
        news();
        foreach (var follower in _followers)
            follower.Offer(events);
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
