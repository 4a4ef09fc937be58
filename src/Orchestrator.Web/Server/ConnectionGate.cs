using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Orchestrator.Web.Server;

/// <summary>
/// Holds the connections of one caller, and of all callers from elsewhere, within limits, so that silent ones shut nobody out: a connection
/// has to say something soon, and where a caller has too many, a new one takes the place of the one that has been silent for longest.
/// </summary>
sealed class ConnectionGate(WebLimits limits, TimeProvider time)
{
    readonly Lock _gate = new();
    readonly Dictionary<string, LinkedList<ConnectionContext>> _silent = [];
    readonly Dictionary<string, int> _open = [];
    int _fromElsewhere;

    public void Guard(ListenOptions listen) => listen.Use(next => connection => RunAsync(connection, next));

    async Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        var (caller, isElsewhere) = (CallerNetwork.Of(address), address is null || !IPAddress.IsLoopback(address));
        if (!Enter(caller, isElsewhere, connection, out var place))
        {
            connection.Abort(new ConnectionAbortedException("too many connections"));
            return;
        }

        try
        {
            var spoke = await SpokeAsync(connection);
            Heard(place);
            if (spoke)
                await next(connection);
        }
        finally
        {
            Leave(caller, isElsewhere, place);
        }
    }

    bool Enter(string caller, bool isElsewhere, ConnectionContext connection, out LinkedListNode<ConnectionContext> place)
    {
        place = new LinkedListNode<ConnectionContext>(connection);
        lock (_gate)
        {
            if (!_silent.TryGetValue(caller, out var silent))
                _silent.Add(caller, silent = []);
            var isFull =
                _open.GetValueOrDefault(caller) >= limits.ConnectionsOfOne
                || (isElsewhere && _fromElsewhere >= limits.ConnectionsFromElsewhere);
            if (isFull)
            {
                if (silent.First is not { } longest)
                    return false;
                silent.RemoveFirst();
                longest.Value.Abort(new ConnectionAbortedException("silent while others wait"));
            }

            silent.AddLast(place);
            _open[caller] = _open.GetValueOrDefault(caller) + 1;
            if (isElsewhere)
                _fromElsewhere++;
            return true;
        }
    }

    /// <returns>Whether a first byte came in time; it is left to be read.</returns>
    async Task<bool> SpokeAsync(ConnectionContext connection)
    {
        using var patience = new CancellationTokenSource(limits.FirstByte, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, connection.ConnectionClosed);
        try
        {
            var read = await connection.Transport.Input.ReadAsync(ended.Token);
            connection.Transport.Input.AdvanceTo(read.Buffer.Start);
            return !read.Buffer.IsEmpty;
        }
        catch (Exception error)
            when (error is OperationCanceledException or ConnectionAbortedException or ConnectionResetException or IOException)
        {
            return false;
        }
    }

    void Heard(LinkedListNode<ConnectionContext> place)
    {
        lock (_gate)
            if (place.List is { } silent)
                silent.Remove(place);
    }

    void Leave(string caller, bool isElsewhere, LinkedListNode<ConnectionContext> place)
    {
        Heard(place);
        lock (_gate)
        {
            if (isElsewhere)
                _fromElsewhere--;
            if (--_open[caller] > 0)
                return;
            _open.Remove(caller);
            _silent.Remove(caller);
        }
    }
}
