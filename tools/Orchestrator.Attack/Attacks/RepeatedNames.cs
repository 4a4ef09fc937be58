using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;

namespace Orchestrator.Attack.Attacks;

/// <summary>Eight slow readers of the curve of one trial, named as often as an address holds.</summary>
sealed class RepeatedNames : IAttack
{
    const int Readers = 8,
        Names = 3500;
    const long MostMemory = 150 << 20;

    public async IAsyncEnumerable<Outcome> RunAsync(Target target, TimeSpan time, [EnumeratorCancellation] CancellationToken cancel)
    {
        var memory = target.Memory;
        var request = Encoding.ASCII.GetBytes(
            $"GET /api/sweeps/{Target.Sweep}/curves?trials={string.Join(',', Enumerable.Repeat("1", Names))} HTTP/1.1\r\nHost: "
                + "127.0.0.1\r\n\r\n"
        );
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Readers; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
                sockets.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, target.Port, cancel);
                await socket.SendAsync(request, cancel);
            }

            await Task.Delay(time / 2, cancel);
            var more = Math.Max(0, target.Memory - memory);
            yield return new Outcome(
                $"{Readers} readers that read nothing of one curve, named {Names} times",
                "at most 150 MiB more",
                $"{more >> 20} MiB more",
                target.IsAlive && more <= MostMemory
            );
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }
}
