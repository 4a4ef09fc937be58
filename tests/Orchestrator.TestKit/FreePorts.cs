using System.Net;
using System.Net.Sockets;

namespace Orchestrator.TestKit;

public static class FreePorts
{
    /// <summary>The first of several ports in a row that nobody listens on.</summary>
    public static int Row(int length)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var first = ((IPEndPoint)probe.LocalEndpoint).Port;
            if (first + length < 65536 && Enumerable.Range(first + 1, length - 1).All(IsFree))
                return first;
        }

        throw new InvalidOperationException($"no {length} free ports in a row");
    }

    static bool IsFree(int port)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
