using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace Orchestrator.Cluster.Wire;

/// <summary>Addresses of nodes as sockets know them, and the other way round.</summary>
static class Endpoints
{
    /// <summary>Where to listen: the address, or that of the name; an IPv4 one where it has both.</summary>
    public static async Task<IPEndPoint> ResolveAsync(string host, int port)
    {
        if (IPAddress.TryParse(host, out var address))
            return new IPEndPoint(address, port);
        var found = (await Dns.GetHostAddressesAsync(host)).OrderBy(candidate =>
            (IsLinkLocal(candidate), candidate.AddressFamily == AddressFamily.InterNetworkV6)
        );
        return new IPEndPoint(found.FirstOrDefault() ?? throw new SocketException((int)SocketError.HostNotFound), port);
    }

    public static Socket Listen(IPEndPoint endpoint, int backlog)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(endpoint);
            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket for a connection to the host: a name may stand for addresses of either family.</summary>
    public static Socket NewSocket(string host)
    {
        var socket = IPAddress.TryParse(host, out var address)
            ? new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        return socket;
    }

    public static EndPoint Of(Address node) =>
        IPAddress.TryParse(node.Host, out var address)
            ? new IPEndPoint(address, node.Port!.Value)
            : new DnsEndPoint(node.Host, node.Port!.Value);

    /// <summary>A host as it stands in a node's address: IPv6 in brackets.</summary>
    public static string HostOf(string host) => IPAddress.TryParse(host, out var address) ? HostOf(address) : host;

    public static string HostOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
    }

    static bool IsLinkLocal(IPAddress address) =>
        address.IsIPv6LinkLocal || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..]);
}
