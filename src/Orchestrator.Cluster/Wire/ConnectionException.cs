using System.Net.Sockets;
using System.Security.Authentication;
using Orchestrator.Cluster.Metrics;

namespace Orchestrator.Cluster.Wire;

/// <summary>A connection did not come about, and why.</summary>
sealed class ConnectionException(ConnectionFailure reason, string message) : IOException(message)
{
    public ConnectionFailure Reason => reason;

    /// <summary>Whatever the other side did to make an attempt fail: nothing of it may reach further than this attempt.</summary>
    /// <param name="connected">The network led somewhere.</param>
    public static ConnectionException Of(Exception error, bool connected) =>
        (error, error.GetBaseException()) switch
        {
            (ConnectionException known, _) => known,
            (OperationCanceledException, _) => connected
                ? new(ConnectionFailure.Timeout, "it said too little in the time it has")
                : new(ConnectionFailure.Unreachable, "nobody answered in time"),
            (_, SocketException socket) when connected || socket.SocketErrorCode is SocketError.ConnectionReset => new(
                ConnectionFailure.Closed,
                socket.Message
            ),
            (_, SocketException socket) => new(ConnectionFailure.Unreachable, socket.Message),
            (FrameException, _) => new(ConnectionFailure.Protocol, $"it does not speak as a node does: {error.Message}"),
            (AuthenticationException, var cause) => new(
                ConnectionFailure.Protocol,
                $"it does not speak TLS as a node does: {cause.Message}"
            ),
            (IOException, _) => new(ConnectionFailure.Closed, "it ended before it had shown who it is"),
            (_, var cause) => new(ConnectionFailure.Protocol, $"it cannot be understood: {cause.Message}"),
        };
}
