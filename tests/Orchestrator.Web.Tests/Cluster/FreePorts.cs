using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Web.Tests.Cluster;

static class FreePorts
{
    public static int[] Two()
    {
        using TcpListener first = new(IPAddress.Loopback, 0),
            second = new(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return [((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port];
    }
}
