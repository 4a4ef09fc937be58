using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Transport;
using Orchestrator.Cluster.Metrics;

namespace Orchestrator.Cluster.Wire;

/// <summary>
/// Carries Akka.NET's messages between nodes over TCP, with mutual TLS where the node has a certificate. A connection is Akka's only when
/// both sides have shown who they are: whatever else happens is a failed attempt, counted and logged, and tried again by Akka after its
/// gate. Why this is not Akka.NET's own transport: docs/adr/0001-own-transport.md.
/// </summary>
/// <remarks>Named by <c>transport-class</c> in the node's HOCON; it reads the settings of <c>akka.remote.dot-netty.tcp</c>.</remarks>
public sealed class NodeTransport : Transport
{
    /// <summary>Inbound connections that have not shown who they are.</summary>
    public const int MostWaiting = 128;

    readonly WireSetup _setup;
    readonly ConnectionLog _failures;
    readonly Reception _reception;
    readonly TimeSpan _timeout;

    // A handle equals another of the same addresses.
    readonly ConcurrentDictionary<NodeLink, Task> _links = new(ReferenceEqualityComparer.Instance);
    readonly CancellationTokenSource _over = new();
    Socket? _listener;
    Address _local = Address.AllSystems;

    public NodeTransport(ActorSystem system, Config config)
    {
        System = system;
        Config = config;
        _setup = system.Settings.Setup.Get<WireSetup>().Value;
        _timeout = config.GetTimeSpan("connection-timeout");
        _failures = new ConnectionLog(Logging.GetLogger(system, nameof(NodeTransport)), _setup.Metrics, _setup.Time);
        _reception = new Reception(new Doorway(MostWaiting, _timeout), _setup.Tls, _failures);
        SchemeIdentifier = _setup.Certificate is null ? "tcp" : "ssl.tcp";
        MaximumPayloadBytes = config.GetByteSize("maximum-frame-size")!.Value;
    }

    public override bool IsResponsibleFor(Address remote) => true;

    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        var (host, port) = (Config.GetString("hostname"), Config.GetInt("port"));
        _listener = Endpoints.Listen(await Endpoints.ResolveAsync(host, port), Config.GetInt("backlog"));
        var (publicHost, publicPort) = (Config.GetString("public-hostname"), Config.GetInt("public-port"));
        _local = new Address(
            SchemeIdentifier,
            System.Name,
            Endpoints.HostOf(publicHost is { Length: > 0 } ? publicHost : host),
            publicPort > 0 ? publicPort : ((IPEndPoint)_listener.LocalEndPoint!).Port
        );
        var listener = new TaskCompletionSource<IAssociationEventListener>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = ReceiveAsync(_listener, listener.Task);
        return (_local, listener);
    }

    public override async Task<AssociationHandle> Associate(Address remoteAddress)
    {
        var peer = $"{remoteAddress.Host}:{remoteAddress.Port}";
        var socket = Endpoints.NewSocket(remoteAddress.Host);
        var connected = false;
        try
        {
            await Within(cancel => socket.ConnectAsync(Endpoints.Of(remoteAddress), cancel).AsTask());
            connected = true;
            Stream stream = new NetworkStream(socket);
            if (_setup.Tls is { } tls)
                await Within(async cancel => stream = await tls.AsClientAsync(stream, remoteAddress.Host, cancel));
            return Start(ConnectionDirection.Outbound, peer, remoteAddress, new Agreed(socket, stream, Reception.Reader(stream)));
        }
        catch (Exception error)
        {
            socket.Dispose();
            var failure = ConnectionException.Of(error, connected);
            if (!_over.IsCancellationRequested)
                _failures.Failed(ConnectionDirection.Outbound, peer, failure);
            // Without a cause: Akka.Remote writes that with all its calls, once a second.
            throw new InvalidAssociationException($"no connection to {peer}: {failure.Message}");
        }
    }

    public override async Task<bool> Shutdown()
    {
        await _over.CancelAsync();
        _listener?.Dispose();
        foreach (var link in _links.Keys)
            link.End();
        await Task.WhenAll(_links.Values);
        return true;
    }

    async Task ReceiveAsync(Socket listener, Task<IAssociationEventListener> above)
    {
        var associations = await above;
        await _reception.RunAsync(
            listener,
            (from, agreed) =>
            {
                var peer = Endpoints.HostOf(from.Address);
                var remote = new Address(SchemeIdentifier, System.Name, peer, from.Port);
                associations.Notify(new InboundAssociation(Start(ConnectionDirection.Inbound, peer, remote, agreed)));
            },
            _over.Token
        );
    }

    NodeLink Start(ConnectionDirection direction, string peer, Address remote, Agreed agreed)
    {
        var link = new NodeLink(_local, remote, agreed.Socket, agreed.Stream, agreed.Reader, MaximumPayloadBytes, _timeout);
        _links[link] = RunAsync();
        if (_over.IsCancellationRequested)
            link.End();
        return link;

        async Task RunAsync()
        {
            await Task.Yield();
            if (await link.RunAsync(agreed.First) is { } broken && !_over.IsCancellationRequested)
                _failures.Failed(direction, peer, ConnectionException.Of(broken, connected: true));
            _links.TryRemove(link, out _);
        }
    }

    async Task Within(Func<CancellationToken, Task> attempt)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
        limit.CancelAfter(_timeout);
        await attempt(limit.Token);
    }
}
