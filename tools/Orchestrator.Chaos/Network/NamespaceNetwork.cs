namespace Orchestrator.Chaos.Network;

/// <summary>Each node in a network namespace of its own, on one bridge of this machine: hosts with links that can be cut. Needs root and
/// iproute2.</summary>
sealed class NamespaceNetwork : ClusterNetwork
{
    const int NodePort = 4053,
        NodeHttpPort = 8080;
    readonly string _prefix = $"oc{Environment.ProcessId % 10000}";
    readonly int _subnet = 100 + (Environment.ProcessId % 100);
    int _nodes;

    public override bool HasLinks => true;

    public override string HostOfDatabase => $"10.77.{_subnet}.1";

    public override string Host(int node) => $"10.77.{_subnet}.{node + 10}";

    public override int Port(int node) => NodePort;

    public override int HttpPort(int node) => NodeHttpPort;

    public override IReadOnlyList<string> At(int node, params IEnumerable<string> command) =>
        ["ip", "netns", "exec", Name(node), .. command];

    /// <summary>True where this process may make namespaces.</summary>
    public static async Task<bool> IsAllowedAsync()
    {
        const string probe = "oc-probe";
        try
        {
            if ((await Shell.TryAsync("ip", "netns", "add", probe)).Code != 0)
                return false;
            await Shell.TryAsync("ip", "netns", "del", probe);
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    public override async Task CreateAsync(int nodes)
    {
        await Ip($"link add {Bridge} type bridge");
        await Ip($"addr add {HostOfDatabase}/24 dev {Bridge}");
        await Ip($"link set {Bridge} up");
        for (_nodes = 0; _nodes < nodes; _nodes++)
        {
            var (name, link) = (Name(_nodes), Link(_nodes));
            await Ip($"netns add {name}");
            await Ip($"link add {link} type veth peer name eth0 netns {name}");
            await Ip($"link set {link} master {Bridge} up");
            await Ip($"-n {name} addr add {Host(_nodes)}/24 dev eth0");
            await Ip($"-n {name} link set eth0 up");
            await Ip($"-n {name} link set lo up");
        }

        if (!await PassesAsync())
        {
            await DisposeAsync();
            var policy = Shell.Has("iptables") ? (await Shell.TryAsync("iptables", "-S", "FORWARD")).Output.Split('\n')[0] : "no iptables";
            throw new ChaosException(
                $"the nodes do not reach each other: this machine drops packets between them ({policy}; Docker sets -P FORWARD DROP). "
                    + "Let them through with 'iptables -I FORWARD -i oc+ -o oc+ -j ACCEPT', or cut no links with --loopback"
            );
        }
    }

    /// <summary>Whether packets pass from one node to another: where nobody listens, a connection is refused at once.</summary>
    async Task<bool> PassesAsync()
    {
        const int timedOut = 28;
        var call = At(0, "curl", "-s", "--max-time", "5", $"http://{Host(1)}:{Port(1)}/");
        return (await Shell.TryAsync(call[0], call.Skip(1))).Code != timedOut;
    }

    public override Task CutAsync(int node) => Ip($"link set {Link(node)} down");

    public override async Task IsolateAsync(int node, IEnumerable<int> others)
    {
        foreach (var other in others)
            await Ip($"-n {Name(node)} route add blackhole {Host(other)}/32");
    }

    public override async Task HealAsync(int node, IEnumerable<int> others)
    {
        await Ip($"link set {Link(node)} up");
        foreach (var other in others)
            await Shell.TryAsync("ip", "-n", Name(node), "route", "del", "blackhole", $"{Host(other)}/32");
    }

    public override async ValueTask DisposeAsync()
    {
        for (var node = 0; node < _nodes; node++)
            await Shell.TryAsync("ip", "netns", "del", Name(node));
        await Shell.TryAsync("ip", "link", "del", Bridge);
    }

    string Bridge => $"{_prefix}br";

    string Name(int node) => $"{_prefix}n{node}";

    string Link(int node) => $"{_prefix}v{node}";

    static Task Ip(string arguments) => Shell.RunAsync("ip", arguments.Split(' '));
}
