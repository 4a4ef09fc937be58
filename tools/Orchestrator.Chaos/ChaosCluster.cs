using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Chaos.Network;
using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Chaos;

/// <summary>A real cluster on this machine: three coordinators on PostgreSQL, three workers, one evaluator, each a process of its
/// own.</summary>
sealed class ChaosCluster : IAsyncDisposable
{
    const int Coordinators = 3,
        Workers = 3;
    static readonly string[] Names = ["coordinator-1", "coordinator-2", "coordinator-3", "worker-1", "worker-2", "worker-3", "evaluator-1"];
    readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    readonly ClusterNetwork _network;
    readonly string _work;
    string _token = "";

    ChaosCluster(ClusterNetwork network, Postgres database, string work)
    {
        _network = network;
        Database = database;
        _work = work;
        Journal = new JournalReader(new PostgresJournal(database.ConnectionString));
    }

    public ClusterNetwork Network => _network;
    public Postgres Database { get; }
    public JournalReader Journal { get; }
    public DataFolder Folder => new(Path.Combine(_work, "data"));
    public IReadOnlyList<Node> Nodes { get; private set; } = [];

    /// <summary>The sweep that runs at present.</summary>
    public string Current { get; set; } = "";

    public IEnumerable<Node> CoordinatorNodes => Nodes.Take(Coordinators);

    public IEnumerable<Node> WorkerNodes => Nodes.Skip(Coordinators).Take(Workers);

    public Node Evaluator => Nodes[^1];

    public static async Task<ChaosCluster> StartAsync(ClusterNetwork network, string program, string work)
    {
        var security = network.HasLinks
            ? await Certificates.MakeAsync(Path.Combine(work, "certificates"), Names)
            : new Dictionary<string, string[]>();
        await network.CreateAsync(Names.Length);
        var cluster = new ChaosCluster(network, await Postgres.StartAsync(network.HostOfDatabase), work);
        Directory.CreateDirectory(cluster.Folder.Root);
        Directory.CreateDirectory(Path.Combine(work, "logs"));
        // Nodes that listen beyond loopback ask everybody for one.
        cluster._token = (await Shell.RunAsync(program, "token", "create", "--role", "operator", "--data-dir", cluster.Folder.Root)).Trim();
        cluster.Nodes = [.. Names.Select((name, index) => cluster.Make(program, name, index, security))];
        // One kind after the other: seven programs that start at once on a few cores suspect each other.
        foreach (var node in cluster.CoordinatorNodes)
            node.Start();
        await Patience.UntilAsync(async () => await cluster.ActiveAsync() is not null, TimeSpan.FromSeconds(60));
        foreach (var node in cluster.Nodes.Skip(Coordinators))
            node.Start();
        return cluster;
    }

    public IEnumerable<int> Others(Node node) => Nodes.Where(other => other != node).Select(other => other.Index);

    /// <summary>Every node is up and nobody is suspected.</summary>
    public async Task<bool> IsWholeAsync()
    {
        foreach (var coordinator in CoordinatorNodes)
        {
            var metrics = await MetricsAsync(coordinator);
            if (
                metrics.GetValueOrDefault("orchestrator_cluster_members{status=\"up\"}") != Nodes.Count
                || metrics.GetValueOrDefault("orchestrator_cluster_unreachable_members") != 0
            )
                return false;
        }

        return await ActiveAsync() is not null;
    }

    /// <summary>The coordinator that says it is the active one; null while there is none, or two.</summary>
    public async Task<Node?> ActiveAsync()
    {
        var active = new List<Node>();
        foreach (var node in CoordinatorNodes)
            if ((await MetricsAsync(node)).GetValueOrDefault("orchestrator_coordinator_active") == 1)
                active.Add(node);
        return active.Count == 1 ? active[0] : null;
    }

    /// <summary>How many members a node suspects; null where it does not answer.</summary>
    public async Task<double?> SuspectsAsync(Node node) =>
        (await MetricsAsync(node)).TryGetValue("orchestrator_cluster_unreachable_members", out var count) ? count : null;

    /// <returns>The answer, or null where none came in time or it was an error.</returns>
    public async Task<JsonElement?> CallAsync(Node node, string path, string? file = null)
    {
        // From the node's own place: over plain HTTP the API hears its own machine alone.
        List<string> call =
        [
            "curl",
            "-sf",
            "--max-time",
            "35",
            "-H",
            $"Authorization: Bearer {_token}",
            $"http://127.0.0.1:{_network.HttpPort(node.Index)}{path}",
        ];
        if (file is not null)
            call.AddRange(["--data-binary", $"@{file}"]);
        var command = _network.At(node.Index, call);
        var (code, output, _) = await Shell.TryAsync(command[0], command.Skip(1));
        return code == 0 ? JsonDocument.Parse(output).RootElement : null;
    }

    /// <summary>The sweep as the journal tells it now; null while it has none, or does not answer.</summary>
    public SweepState? Sweep(string name)
    {
        try
        {
            return Journal.Sweep(name);
        }
        catch (DbException)
        {
            return null;
        }
    }

    public IReadOnlyList<SweepEvent>? Events(string name)
    {
        try
        {
            return [.. Journal.Events(name).Select(entry => entry.Event)];
        }
        catch (DbException)
        {
            return null;
        }
    }

    public async Task LeaveAsync()
    {
        // Workers first: they hand back what they hold while there is somebody to take it.
        foreach (var node in Nodes.Reverse())
            await node.LeaveAsync(TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();
        await Database.DisposeAsync();
        await _network.DisposeAsync();
        _http.Dispose();
    }

    Node Make(string program, string name, int index, IReadOnlyDictionary<string, string[]> security)
    {
        var role = name[..name.IndexOf('-', StringComparison.Ordinal)];
        List<string> command =
        [
            .. _network.At(
                index,
                program,
                "node",
                "start",
                "--role",
                role,
                "--data-dir",
                Folder.Root,
                "--coordinators",
                Text(Coordinators),
                "--journal",
                Database.ConnectionString,
                "--host",
                _network.Host(index),
                "--port",
                Text(_network.Port(index)),
                "--http-host",
                _network.HasLinks ? "0.0.0.0" : "127.0.0.1",
                "--http-port",
                Text(_network.HttpPort(index)),
                "--slots",
                "1"
            ),
        ];
        for (var seed = 0; seed < Coordinators; seed++)
            command.AddRange(["--seed", $"{_network.Host(seed)}:{Text(_network.Port(seed))}"]);
        if (security.TryGetValue(name, out var flags))
            command.AddRange(flags);
        return new Node(index, name, command, Path.Combine(_work, "logs", name + ".log"));
    }

    async Task<Dictionary<string, double>> MetricsAsync(Node node)
    {
        try
        {
            var text = await _http.GetStringAsync(new Uri($"http://{_network.Host(node.Index)}:{_network.HttpPort(node.Index)}/metrics"));
            return text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line[0] != '#')
                .Select(line => line.Split(' '))
                .ToDictionary(fields => fields[0], fields => double.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return [];
        }
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
