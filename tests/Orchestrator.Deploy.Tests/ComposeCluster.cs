using System.Text.Json;

namespace Orchestrator.Deploy.Tests;

/// <summary><c>docker-compose.yml</c> with <c>docker-compose.https.yml</c>, brought up by Docker Compose from a copy of the checkout, as
/// docs/operations.md says. Grafana is left out: its image has no stand-in. Ports are free ones of loopback, and what is
/// built reaches the network of the machine.</summary>
sealed class ComposeCluster : IAsyncDisposable
{
    readonly Engine _engine;
    readonly TemporaryFolder _folder = new();
    readonly int _port = FreePorts.Row(5);
    string _token = "";

    ComposeCluster(Engine engine) => _engine = engine;

    public static async Task<ComposeCluster> Copy(Engine engine)
    {
        var cluster = new ComposeCluster(engine);
        await Engine.Succeed(
            "bash",
            "-c",
            $"git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t {cluster._folder.Path}"
        );
        await Engine.Succeed("chmod", "755", cluster._folder.Path);
        var script = cluster._folder.At("cluster", "certs.sh");
        var certificates = cluster._folder.At("cluster", "certs");
        await Engine.Succeed(script, "--owner", "1654", certificates, "node");
        const string Names = "DNS:localhost,DNS:coordinator-1,DNS:coordinator-2,DNS:coordinator-3";
        await Engine.Succeed(script, "--owner", "1654", "--san", Names, certificates, "https");
        await File.WriteAllTextAsync(cluster._folder.At(".env"), "POSTGRES_PASSWORD=secret\nGRAFANA_PASSWORD=secret\n");
        await File.WriteAllTextAsync(
            cluster._folder.At("test.yml"),
            $$"""
            services:
              coordinator-1: { build: { network: host }, ports: !override ["127.0.0.1:{{cluster._port}}:8080"] }
              coordinator-2: { build: { network: host }, ports: !override ["127.0.0.1:{{cluster._port + 1}}:8080"] }
              coordinator-3: { build: { network: host }, ports: !override ["127.0.0.1:{{cluster._port + 2}}:8080"] }
              worker: { build: { network: host } }
              evaluator: { build: { network: host } }
              prometheus: { ports: !override ["127.0.0.1:{{cluster._port + 3}}:9090"] }
              alertmanager: { ports: !override ["127.0.0.1:{{cluster._port + 4}}:9093"] }
              grafana: { profiles: [not-here] }

            """
        );
        return cluster;
    }

    public string Prometheus => $"http://127.0.0.1:{_port + 3}";

    public async Task Up()
    {
        await Compose("up", "--detach", "--build", "--wait", "--scale", "worker=2");
        if (_token.Length == 0)
            _token = await Compose([
                .. (string[])["exec", "--no-TTY", "coordinator-1"],
                .. (string[])["orchestrator", "token", "create", "--role", "operator", "--data-dir", "/var/lib/orchestrator"],
            ]);
    }

    public Task Down() => Compose("down");

    public async Task Submit(string sweep)
    {
        await File.WriteAllTextAsync(_folder.At("sweep.yaml"), sweep, TestContext.Current.CancellationToken);
        await Orchestrator("sweep", "submit", _folder.At("sweep.yaml"), "--server", Servers);
    }

    public async Task<Sweep.Progress> Show() => Sweep.Read(await Orchestrator("sweep", "show", "small", "--json", "--server", Servers));

    /// <summary>Until the sweep has ended.</summary>
    public Task Watch() => Orchestrator("sweep", "watch", "small", "--server", Servers);

    /// <summary>Who coordinates, and the first worker that trains, by the host names of their containers.</summary>
    public async Task<(string? Coordinator, string? Training)> Nodes()
    {
        foreach (var port in Enumerable.Range(_port, 3))
        {
            await using var asked = Run.Start(
                "curl",
                _folder.Path,
                [
                    .. (string[])["--silent", "--fail", "--max-time", "10", "--cacert", _folder.At("cluster", "certs", "authority.pem")],
                    .. (string[])["--header", $"Authorization: Bearer {_token}", $"https://localhost:{port}/api/nodes"],
                ]
            );
            if (await asked.Exit() != 0)
                continue;
            using var json = JsonDocument.Parse(asked.Output);
            var nodes = json.RootElement.GetProperty("nodes").EnumerateArray().ToList();
            return (
                Host(nodes.Where(node => node.GetProperty("active_coordinator").GetBoolean())),
                Host(nodes.Where(node => node.GetProperty("slots").EnumerateArray().Any(Trains)))
            );
        }

        return (null, null);

        static string? Host(IEnumerable<JsonElement> nodes) =>
            nodes.Select(node => node.GetProperty("address").GetString()!.Split(':')[0]).FirstOrDefault();

        static bool Trains(JsonElement slot) => slot.GetProperty("state").GetString() == "training";
    }

    /// <summary>Kills its first process, as a fault would: Docker starts it again.</summary>
    /// <param name="host">As the others name it: the service of a coordinator, the container of a worker.</param>
    public async Task Kill(string host)
    {
        var container = host.StartsWith("coordinator", StringComparison.Ordinal) ? await Compose("ps", "--quiet", host) : host;
        await Engine.Succeed("kill", "-KILL", await _engine.Docker("inspect", "--format", "{{.State.Pid}}", container));
    }

    public string Log() => Compose("logs", "--tail", "40", "--no-color").GetAwaiter().GetResult();

    public Task<string> Compose(params ReadOnlySpan<string> arguments)
    {
        string[] options = ["--volume", $"{_folder.Path}:{_folder.Path}", "--workdir", _folder.Path];
        string[] files = ["--file", "docker-compose.yml", "--file", "docker-compose.https.yml", "--file", "test.yml"];
        return Engine.Succeed(
            _engine.Tool(options, ["docker", "compose", "--ansi", "never", "--progress", "quiet", .. files, .. arguments])
        );
    }

    public async ValueTask DisposeAsync()
    {
        await Compose("down", "--volumes", "--timeout", "5");
        _folder.Dispose();
    }

    string Servers => string.Join(',', Enumerable.Range(_port, 3).Select(port => $"https://localhost:{port}"));

    Task<string> Orchestrator(params string[] arguments) =>
        Engine.Succeed([
            .. (string[])["env", $"SSL_CERT_FILE={_folder.At("cluster", "certs", "authority.pem")}"],
            .. (string[])[$"ORCHESTRATOR_TOKEN={_token}", Checkout.Program],
            .. arguments,
        ]);
}
