using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Starting;

/// <summary>Where nobody can listen: the setting to blame, its value, the reason, and exit code 2.</summary>
public sealed class ListeningSpecs
{
    [Theory]
    [InlineData("sweep run sweep.yaml --metrics-port IN_USE", "--metrics-port: IN_USE is in use")]
    [InlineData("sweep run sweep.yaml --metrics-port 0", "--metrics-port must be from 1 to 65535, found 0")]
    [InlineData("sweep run sweep.yaml --metrics-port 65536", "--metrics-port must be from 1 to 65535, found 65536")]
    [InlineData("sweep run sweep.yaml --metrics-port x", "Cannot parse argument 'x' for option '--metrics-port'.")]
    [InlineData("node start --role coordinator --port IN_USE", "port (from --port): IN_USE is in use on 127.0.0.1")]
    [InlineData("node start --role coordinator --port 0 --http-port IN_USE", "http.port (from --http-port): IN_USE is in use on 127.0.0.1")]
    [InlineData(
        "node start --role coordinator --port 0 --http-port 70000",
        "http.port (from --http-port): expected a whole number from 0 to 65535, found '70000'"
    )]
    [InlineData(
        "node start --role coordinator --port 0 --http-host 192.0.2.1",
        "http.host (from --http-host): '192.0.2.1' is no address of this machine"
    )]
    [InlineData(
        "node start --role coordinator --port 0 --host nowhere.invalid --insecure",
        "host (from --host): 'nowhere.invalid' is no name that this machine knows"
    )]
    public async Task The_setting_to_blame_is_named(string call, string message)
    {
        using var folder = new SweepFolder(TinySweep.Yaml);
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        await using var run = Run.Orchestrator(folder.Root, call.Replace("IN_USE", port, StringComparison.Ordinal).Split(' '));
        await run.ExitsWith(2);
        Assert.Contains(message.Replace("IN_USE", port, StringComparison.Ordinal), run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Data.Root));
    }

    [Theory]
    [InlineData("sweep run sweep.yaml --metrics-port 80", "--metrics-port: 80 is not permitted to this user")]
    [InlineData("node start --role coordinator --port 80", "port (from --port): 80 is not permitted to this user")]
    [InlineData("node start --role coordinator --port 0 --http-port 80", "http.port (from --http-port): 80 is not permitted to this user")]
    public async Task A_low_port_is_not_permitted_to_everybody(string call, string message)
    {
        Needs.Require(Environment.IsPrivilegedProcess, "only root can give up the right to low ports");
        using var folder = new SweepFolder(TinySweep.Yaml);
        // In a network of its own, where nothing else decides about ports, without that one right.
        await using var run = TinySweep.Shell(
            folder.Root,
            $"exec unshare --net sh -c 'ip link set lo up; echo 1024 > /proc/sys/net/ipv4/ip_unprivileged_port_start; exec setpriv "
                + $"--bounding-set -net_bind_service --inh-caps -net_bind_service \"$ORC\" {call}'"
        );
        var exit = await run.Exit();
        Needs.Require(
            !run.Errors.Contains("unshare", StringComparison.Ordinal) && !run.Errors.Contains("setpriv", StringComparison.Ordinal),
            $"this machine makes no networks: {run.Errors}"
        );
        Assert.Equal(2, exit);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
    }

    /// <summary>A name that the web server does not know would be every address of the machine to it.</summary>
    [Fact]
    public async Task A_node_listens_at_the_address_of_its_name_alone()
    {
        IPAddress[] addresses = [];
        try
        {
            addresses = await Dns.GetHostAddressesAsync(Dns.GetHostName(), TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            // a machine that does not know its own name
        }

        Needs.Require(addresses is [{ AddressFamily: AddressFamily.InterNetwork }, ..], "this machine's name has no address of its own");
        using var folder = new SweepFolder(TinySweep.Yaml);
        var port = FreePorts.Row(1);
        await using var node = Run.Orchestrator(
            folder.Root,
            "node",
            "start",
            "--role",
            "coordinator",
            "--port",
            "0",
            "--http-host",
            Dns.GetHostName(),
            "--http-port",
            $"{port}"
        );
        await node.Wrote("node akka");
        Assert.Contains($"http://{addresses[0]}:{port}", node.Errors, StringComparison.Ordinal);
    }
}
