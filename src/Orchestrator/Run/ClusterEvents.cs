using System.Threading.Channels;
using Akka.Actor;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Output;

namespace Orchestrator.Run;

/// <summary>What this process's actors publish, as a channel that one reader follows.</summary>
static class ClusterEvents
{
    /// <param name="journal">Whose failures are told.</param>
    public static ChannelReader<object> Follow(ActorSystem system, JournalDatabase journal)
    {
        var channel = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
        var listener = system.ActorOf(Props.Create(() => new Listener(channel.Writer, journal)), "cluster-events");
        foreach (
            var type in new[]
            {
                typeof(SweepProtocol.SweepChanged),
                typeof(SlotProtocol.SlotChanged),
                typeof(SlotProtocol.Notice),
                typeof(TroubleProtocol.JournalFailed),
                typeof(TroubleProtocol.JournalWritten),
                typeof(TroubleProtocol.LogFailed),
            }
        )
            system.EventStream.Subscribe(listener, type);
        return channel.Reader;
    }

    /// <summary>The first such message that fits; never done where none comes.</summary>
    public static Task<T> First<T>(ActorSystem system, Func<T, bool> fits)
    {
        var first = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = system.ActorOf(Props.Create(() => new Awaiter<T>(fits, first)), $"first-{typeof(T).Name}");
        system.EventStream.Subscribe(listener, typeof(T));
        return first.Task;
    }

    sealed class Awaiter<T> : ReceiveActor
    {
        public Awaiter(Func<T, bool> fits, TaskCompletionSource<T> first) =>
            ReceiveAny(message =>
            {
                if (message is T wanted && fits(wanted))
                    first.TrySetResult(wanted);
            });
    }

    sealed class Listener : ReceiveActor
    {
        bool _isWaiting,
            _isLogTold;

        public Listener(ChannelWriter<object> writer, JournalDatabase journal)
        {
            Receive<TroubleProtocol.JournalFailed>(failed =>
            {
                // What waits asks again every few seconds: it is told once.
                if (!_isWaiting)
                    writer.TryWrite(new Trouble($"{journal.Describe(failed.Cause)}; waiting"));
                _isWaiting = true;
            });
            Receive<TroubleProtocol.JournalWritten>(_ =>
            {
                if (_isWaiting)
                    writer.TryWrite(new Trouble("the journal can be written again; going on"));
                _isWaiting = false;
            });
            Receive<TroubleProtocol.LogFailed>(failed =>
            {
                if (!_isLogTold)
                    writer.TryWrite(new Trouble($"the log cannot be written ({failed.Reason}): its lines are dropped until it can"));
                _isLogTold = true;
            });
            ReceiveAny(message => writer.TryWrite(message));
        }
    }
}
