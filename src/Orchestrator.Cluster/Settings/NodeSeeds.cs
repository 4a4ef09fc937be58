using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Settings;

/// <summary>The nodes that a node joins: a list of them, or the addresses of a name.</summary>
sealed class NodeSeeds(SettingReader read)
{
    /// <param name="areNeeded">The node has others to find.</param>
    /// <exception cref="NodeSettingException">They cannot be used, or are missing.</exception>
    public void Check(bool areNeeded)
    {
        var seeds = read.Several(NodeSettingTable.Seed);
        foreach (var seed in seeds)
            read.Endpoint(NodeSettingTable.Seed, seed);
        if (read.Text(NodeSettingTable.SeedDns) is { } name)
        {
            read.Endpoint(NodeSettingTable.SeedDns, name);
            if (!seeds.IsEmpty)
                throw read.Bad(NodeSettingTable.SeedDns, "given together with 'seed'; leave one of them out");
            return;
        }

        if (seeds.Length == 1)
        {
            throw read.Bad(
                NodeSettingTable.Seed,
                $"{seeds[0]} alone is not enough: a sole seed that restarts forms a second cluster; "
                    + "list at least two nodes (of any role), the same list on every node"
            );
        }

        if (seeds.IsEmpty && areNeeded)
            throw read.Bad(NodeSettingTable.Seed, "none given, but this node has others to find; list at least two nodes as host:port");
    }

    /// <summary>The seeds as addresses of the cluster, in one order on every node: the first one alone may form a new cluster.</summary>
    /// <exception cref="NodeSettingException">The name has no addresses.</exception>
    public async Task<ImmutableArray<string>> AddressesAsync(string protocol, CancellationToken cancel)
    {
        if (read.Text(NodeSettingTable.SeedDns) is not { } name)
            return
            [
                .. read.Several(NodeSettingTable.Seed)
                    .Select(seed => read.Endpoint(NodeSettingTable.Seed, seed))
                    .Select(seed => Address(protocol, seed.Host, seed.Port)),
            ];
        var (host, port) = read.Endpoint(NodeSettingTable.SeedDns, name);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancel).ConfigureAwait(false);
            return
            [
                .. addresses
                    .Select(address => address.ToString())
                    .Order(StringComparer.Ordinal)
                    .Select(address => Address(protocol, address, port)),
            ];
        }
        catch (SocketException error)
        {
            throw read.Bad(NodeSettingTable.SeedDns, $"{host} has no addresses: {error.Message}");
        }
    }

    static string Address(string protocol, string host, int port) => $"{protocol}://{ClusterNames.System}@{host}:{port}";
}
