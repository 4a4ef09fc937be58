using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Chaos.Network;

/// <summary>All nodes on 127.0.0.1, told apart by their ports: nothing to cut, but no rights needed.</summary>
sealed class LoopbackNetwork : ClusterNetwork
{
    readonly List<(int Node, int Http)> _ports = [];

    public override bool HasLinks => false;

    public override string HostOfDatabase => "127.0.0.1";

    public override string Host(int node) => "127.0.0.1";

    public override int Port(int node) => _ports[node].Node;

    public override int HttpPort(int node) => _ports[node].Http;

    public override IReadOnlyList<string> At(int node, params IEnumerable<string> command) => [.. command];

    public override Task CreateAsync(int nodes)
    {
        // All are taken before any is given back: each is another one.
        var listeners = Enumerable.Range(0, 2 * nodes).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        listeners.ForEach(listener => listener.Start());
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToList();
        listeners.ForEach(listener => listener.Dispose());
        for (var node = 0; node < nodes; node++)
            _ports.Add((ports[2 * node], ports[(2 * node) + 1]));
        return Task.CompletedTask;
    }

    public override Task CutAsync(int node) => throw new NotSupportedException();

    public override Task IsolateAsync(int node, IEnumerable<int> others) => throw new NotSupportedException();

    public override Task HealAsync(int node, IEnumerable<int> others) => throw new NotSupportedException();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
