using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Orchestrator.Attack.Attacks;

/// <summary>A thousand connections that say nothing.</summary>
sealed class SilentConnections : IAttack
{
    const int Count = 1000;
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public async IAsyncEnumerable<Outcome> RunAsync(Target target, TimeSpan time, [EnumeratorCancellation] CancellationToken cancel)
    {
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Count; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, target.Port, cancel);
            }

            var began = Stopwatch.StartNew();
            var answered = await target.AnswersAsync("/healthz", cancel) && await target.AnswersAsync("/api/sweeps", cancel);
            yield return new Outcome(
                $"{Count} connections that say nothing",
                "a probe and a reader are answered within 2 s",
                $"{(answered ? "answered" : "not answered")} after {began.Elapsed.TotalSeconds:F2} s",
                answered && began.Elapsed < Limit
            );
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }
}
