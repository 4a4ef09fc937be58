using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Cluster.Settings;

/// <summary>An address and port, listened on for a moment: what is wrong with them is known before anything starts with them.</summary>
public sealed class ListeningPlace : IDisposable
{
    readonly Socket _socket;

    ListeningPlace(Socket socket) => _socket = socket;

    /// <param name="host">An address of this machine, or a name of one; <c>*</c> and <c>+</c> are all of them.</param>
    /// <param name="port">0: any free one.</param>
    /// <exception cref="ListeningException">Nobody can listen there, for one of the two.</exception>
    public static ListeningPlace Take(string host, int port)
    {
        var address = Address(host);
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return new ListeningPlace(socket);
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            throw error.SocketErrorCode switch
            {
                SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported => new ListeningException(
                    ofHost: true,
                    $"'{host}'{(host == address.ToString() ? "" : $" ({address})")} is no address of this machine"
                ),
                SocketError.AddressAlreadyInUse => new ListeningException(
                    ofHost: false,
                    $"{port} is in use on {host}: end the other process that listens there, or give another port"
                ),
                SocketError.AccessDenied => new ListeningException(
                    ofHost: false,
                    $"{port} is not permitted to this user: give a port of 1024 or above, or the right to low ones (CAP_NET_BIND_SERVICE)"
                ),
                _ => new ListeningException(ofHost: false, $"{port} cannot be listened on at {host}: {error.Message}"),
            };
        }
    }

    /// <summary>The address that a name stands for; of several the first.</summary>
    /// <exception cref="ListeningException">It is no name, or none that this machine knows.</exception>
    public static IPAddress Address(string host)
    {
        if (host is "*" or "+")
            return IPAddress.Any;
        if (host == "localhost")
            return IPAddress.Loopback;
        if (IPAddress.TryParse(host, out var address))
            return address;
        try
        {
            return Dns.GetHostAddresses(host) is [var first, ..] ? first : throw Unknown("it has no address");
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            throw Unknown(error.Message);
        }

        ListeningException Unknown(string why) =>
            new(ofHost: true, $"'{host}' is no name that this machine knows ({why}); give an address of this machine");
    }

    public void Dispose() => _socket.Dispose();
}

/// <summary>Nobody can listen there; the message has the value and the reason.</summary>
/// <param name="ofHost">True where the address is to blame, false where the port is.</param>
public sealed class ListeningException(bool ofHost, string message) : Exception(message)
{
    public bool OfHost => ofHost;
}
