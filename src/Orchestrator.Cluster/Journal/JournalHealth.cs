using System.Data.Common;
using Akka.Actor;
using Akka.Pattern;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Journal;

/// <summary>Whether the journal of this node can be read, all of it, and written. Looks at most once a second, however often it is asked,
/// and reads only what is new.</summary>
public sealed class JournalHealth(JournalDatabase journal, SweepReplica sweeps, TimeProvider time)
{
    static readonly TimeSpan Often = TimeSpan.FromSeconds(1),
        Patience = TimeSpan.FromSeconds(2);

    readonly Lock _gate = new();
    readonly JournalReader _reader = new(journal);

    // Those of which something is new, and those that could not be read.
    readonly HashSet<string> _unread = [];
    string? _problem = "the journal is being read";
    Exception? _unwritten;
    Task? _look;
    long _lookedAt,
        _newest;

    /// <summary>The reason why nothing can be written, as far as is known; null where it can.</summary>
    public string? WhyUnwritable
    {
        get
        {
            lock (_gate)
                return _unwritten is { } cause ? journal.Describe(cause) : null;
        }
    }

    /// <returns>What is the matter; null where all is well.</returns>
    public async Task<string?> ProblemAsync()
    {
        Task look;
        lock (_gate)
        {
            if (_look is null || (_look.IsCompleted && time.GetElapsedTime(_lookedAt) >= Often))
                _look = Task.Run(Look);
            look = _look;
        }

        // A long journal is read for the first time, or a disk does not answer: whoever asks is told what was known.
        await Task.WhenAny(look, Task.Delay(Patience, time));
        lock (_gate)
            return _problem;
    }

    /// <summary>Begins to listen to what the actors of the system publish about their journal.</summary>
    public void Follow(ActorSystem system)
    {
        var listener = system.ActorOf(Props.Create(() => new Listener(this)), "journal-health");
        system.EventStream.Subscribe(listener, typeof(TroubleProtocol.JournalFailed));
        system.EventStream.Subscribe(listener, typeof(TroubleProtocol.JournalWritten));
    }

    void Look()
    {
        var problem = Problem();
        lock (_gate)
            (_problem, _lookedAt) = (problem, time.GetTimestamp());
    }

    string? Problem()
    {
        try
        {
            if (!_reader.Exists())
                return "there is no journal";
            var news = _reader.News(_newest);
            _unread.UnionWith(news.Sweeps);
            _newest = news.Newest;
            foreach (var sweep in _unread.ToList())
            {
                sweeps.Sweep(sweep);
                _unread.Remove(sweep);
            }

            return CannotWrite();
        }
        catch (Exception error)
        {
            return journal.Describe(error);
        }
    }

    string? CannotWrite()
    {
        bool hasFailed;
        lock (_gate)
            hasFailed = _unwritten is not null;
        if (!hasFailed && journal.HasRoom)
            return null;
        try
        {
            journal.TryWriting();
            Written();
            return null;
        }
        catch (DbException error)
        {
            Failed(error);
            return journal.Describe(error);
        }
    }

    void Written()
    {
        lock (_gate)
            _unwritten = null;
    }

    void Failed(Exception cause)
    {
        lock (_gate)
        {
            // The breaker only repeats that there was a reason.
            if (_unwritten is null || cause.GetBaseException() is not OpenCircuitException)
                _unwritten = cause;
        }
    }

    sealed class Listener : ReceiveActor
    {
        public Listener(JournalHealth health)
        {
            Receive<TroubleProtocol.JournalFailed>(failed => health.Failed(failed.Cause));
            Receive<TroubleProtocol.JournalWritten>(_ => health.Written());
        }
    }
}
