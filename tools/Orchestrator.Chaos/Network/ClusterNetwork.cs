namespace Orchestrator.Chaos.Network;

/// <summary>How the nodes of the cluster reach each other, and how that is broken.</summary>
abstract class ClusterNetwork : IAsyncDisposable
{
    /// <summary>Links can be cut.</summary>
    public abstract bool HasLinks { get; }

    /// <summary>Where the database listens.</summary>
    public abstract string HostOfDatabase { get; }

    public abstract string Host(int node);

    /// <summary>Distinct where nodes share an address.</summary>
    public abstract int Port(int node);

    public abstract int HttpPort(int node);

    /// <summary>The command, run where the node is.</summary>
    public abstract IReadOnlyList<string> At(int node, params IEnumerable<string> command);

    public abstract Task CreateAsync(int nodes);

    /// <summary>The node's link goes down: no other node and no database.</summary>
    public abstract Task CutAsync(int node);

    /// <summary>The node reaches no other node, but still the database: the partition that tempts two coordinators to write.</summary>
    public abstract Task IsolateAsync(int node, IEnumerable<int> others);

    public abstract Task HealAsync(int node, IEnumerable<int> others);

    public abstract ValueTask DisposeAsync();
}
