using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Orchestrator.Cluster.Certificates;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Wire;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Settings;

public enum NodeRole
{
    Coordinator,
    Worker,
    Evaluator,
}

/// <summary>A node's settings, read and checked: what would not work is refused before anything starts.</summary>
public sealed class NodePlan
{
    const int LastPort = 65535;

    readonly SettingLayers _settings;

    NodePlan(SettingLayers settings, TimeProvider time)
    {
        _settings = settings;
        Roles = [.. Several(NodeSettings.Role).Select(Role)];
        if (Roles.IsEmpty)
            throw new NodeSettingException($"role: none given; {NodeSettings.Role.Flag} takes {NodeSettings.Role.Help}");
        Folder = ReadFolder();
        Coordinators = Whole(NodeSettings.Coordinators, 1);
        Journal = Roles.Contains(NodeRole.Coordinator) ? ReadJournal() : null;
        CheckCoordinators();
        Network = new NodeNetwork(
            Name(NodeSettings.Host)!,
            Whole(NodeSettings.Port, 0, LastPort),
            Name(NodeSettings.PublicHost),
            OptionalWhole(NodeSettings.PublicPort, 1, LastPort),
            ReadCertificate(time)
        );
        HttpHost = Text(NodeSettings.HttpHost) is "*" or "+" ? Text(NodeSettings.HttpHost)! : Name(NodeSettings.HttpHost)!;
        HttpPort = Whole(NodeSettings.HttpPort, 0, LastPort);
        HttpCertificate = ReadHttpCertificate(time);
        Storage = Text(NodeSettings.Storage);
        Slots = OptionalWhole(NodeSettings.Slots, 1);
        Threads = Whole(NodeSettings.Threads, 1);
        GpuFraction = Fraction(NodeSettings.GpuFraction);
        EvaluationSlots = Whole(NodeSettings.Evaluators, 1);
        Lease = TimeSpan.FromSeconds(Whole(NodeSettings.Lease, 5));
        LogLevel = Level();
        CheckReach();
        CheckSeeds();
    }

    public ImmutableArray<NodeRole> Roles { get; }
    public DataFolder Folder { get; }
    public int Coordinators { get; }
    public JournalDatabase? Journal { get; }
    public NodeNetwork Network { get; }
    public string HttpHost { get; }
    public int HttpPort { get; }

    /// <summary>Null: plain HTTP.</summary>
    public HttpCertificate? HttpCertificate { get; }

    /// <summary>Programs on this machine need no token while there are none.</summary>
    public bool TrustsLoopback => IsLoopback(HttpHost) && Text(NodeSettings.HttpTokens) != "true";

    public bool IsInsecure => Text(NodeSettings.Insecure) == "true";
    public string? Storage { get; }
    public int? Slots { get; }
    public int Threads { get; }
    public double GpuFraction { get; }
    public int EvaluationSlots { get; }
    public TimeSpan Lease { get; }
    public string LogLevel { get; }

    public bool Is(NodeRole role) => Roles.Contains(role);

    /// <exception cref="NodeSettingException">A setting cannot be used.</exception>
    public static NodePlan From(SettingLayers settings, TimeProvider time) => new(settings, time);

    /// <summary>Listens for a moment where the node will: on both addresses at once, for they may not be the same.</summary>
    /// <exception cref="NodeSettingException">Nobody can listen there.</exception>
    public void CheckListening()
    {
        using var nodes = Listen(NodeSettings.Host, NodeSettings.Port, Network.Host, Network.Port);
        if (HttpPort > 0 && HttpPort == Network.Port)
            throw Bad(NodeSettings.HttpPort, $"{HttpPort} is the port for other nodes too; give another one");
        using var web = Listen(NodeSettings.HttpHost, NodeSettings.HttpPort, HttpHost, HttpPort);
    }

    ListeningPlace Listen(NodeSetting host, NodeSetting port, string address, int number)
    {
        try
        {
            return ListeningPlace.Take(address, number);
        }
        catch (ListeningException error)
        {
            throw Bad(error.OfHost ? host : port, error.Message);
        }
    }

    public async Task<NodeOptions> ToOptionsAsync(DeviceInventory devices, ITrialLauncher launcher, CancellationToken cancel)
    {
        var gpus = devices.Slots(EvaluationSlots, Threads, GpuFraction);
        return new NodeOptions(
            Folder,
            Is(NodeRole.Worker) ? devices.Slots(Slots, Threads, GpuFraction) : [],
            Is(NodeRole.Evaluator) ? gpus : [],
            launcher
        )
        {
            IsCoordinator = Is(NodeRole.Coordinator),
            Journal = Journal,
            Network = Network,
            Seeds = await SeedsAsync(cancel).ConfigureAwait(false),
            Coordinators = Coordinators,
            Lease = Lease,
            Storage = Storage,
            LogLevel = LogLevel,
            Overrides = _settings.Overrides,
        };
    }

    async Task<ImmutableArray<string>> SeedsAsync(CancellationToken cancel)
    {
        if (Text(NodeSettings.SeedDns) is not { } name)
            return [.. Several(NodeSettings.Seed).Select(Address)];
        var (host, port) = Endpoint(NodeSettings.SeedDns, name);
        try
        {
            // In one order on every node: the first one alone may form a new cluster.
            var addresses = await Dns.GetHostAddressesAsync(host, cancel).ConfigureAwait(false);
            return
            [
                .. addresses
                    .Select(address => address.ToString())
                    .Order(StringComparer.Ordinal)
                    .Select(address => $"{Network.Protocol}://{ClusterNames.System}@{address}:{port}"),
            ];
        }
        catch (System.Net.Sockets.SocketException error)
        {
            throw Bad(NodeSettings.SeedDns, $"{host} has no addresses: {error.Message}");
        }
    }

    string Address(string seed)
    {
        var (host, port) = Endpoint(NodeSettings.Seed, seed);
        return $"{Network.Protocol}://{ClusterNames.System}@{host}:{port}";
    }

    (string Host, int Port) Endpoint(NodeSetting setting, string text)
    {
        var colon = text.LastIndexOf(':');
        return
            colon > 0
            && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= LastPort
            && IsName(text[..colon])
            ? (text[..colon], port)
            : throw Bad(setting, $"expected host:port, found '{text}'");
    }

    NodeRole Role(string text) =>
        Enum.TryParse<NodeRole>(text, ignoreCase: true, out var role) && !char.IsAsciiDigit(text[0])
            ? role
            : throw Bad(NodeSettings.Role, $"expected coordinator, worker or evaluator, found '{text}'");

    JournalDatabase ReadJournal()
    {
        var text = Text(NodeSettings.Journal)!;
        if (text == "sqlite")
            return new SqliteJournal(Folder);
        try
        {
            return new PostgresJournal(text);
        }
        catch (ArgumentException error)
        {
            throw Bad(NodeSettings.Journal, $"expected sqlite or a PostgreSQL connection string: {error.Message}");
        }
    }

    void CheckCoordinators()
    {
        if (Coordinators % 2 == 0)
        {
            throw Bad(
                NodeSettings.Coordinators,
                $"{Coordinators} is refused: of two coordinators the one that survives is no majority and must stop too, "
                    + "and an even number never bears more losses than one fewer; use 1 or 3"
            );
        }

        if (Coordinators > 1 && Journal is { IsShared: false })
            throw Bad(
                NodeSettings.Journal,
                $"SQLite is one file that one process writes: with {Coordinators} coordinators the next one could not take over; give a "
                    + $"PostgreSQL connection string"
            );
    }

    void CheckReach()
    {
        if (Network.Certificate is null && !IsLoopback(Network.Host) && !IsInsecure)
        {
            throw Bad(
                NodeSettings.Host,
                $"{Network.Host} is not loopback, and without TLS anybody who reaches the port could run code here; "
                    + "set tls.authority, tls.certificate and tls.key (cluster/certs.sh makes them), or --insecure in a network you trust"
            );
        }
    }

    void CheckSeeds()
    {
        var seeds = Several(NodeSettings.Seed);
        foreach (var seed in seeds)
            Endpoint(NodeSettings.Seed, seed);
        if (Text(NodeSettings.SeedDns) is { } name)
        {
            Endpoint(NodeSettings.SeedDns, name);
            if (!seeds.IsEmpty)
                throw Bad(NodeSettings.SeedDns, "given together with 'seed'; leave one of them out");
            return;
        }

        if (seeds.Length == 1)
        {
            throw Bad(
                NodeSettings.Seed,
                $"{seeds[0]} alone is not enough: a sole seed that restarts forms a second cluster; "
                    + "list at least two nodes (of any role), the same list on every node"
            );
        }

        if (seeds.IsEmpty && (Coordinators > 1 || !Is(NodeRole.Coordinator)))
            throw Bad(NodeSettings.Seed, "none given, but this node has others to find; list at least two nodes as host:port");
    }

    NodeCertificate? ReadCertificate(TimeProvider time) =>
        Together(NodeSettings.TlsAuthority, NodeSettings.TlsCertificate, NodeSettings.TlsKey) is { } paths
            ? NodeCertificate.Load(paths[0], paths[1], paths[2], time)
            : null;

    HttpCertificate? ReadHttpCertificate(TimeProvider time) =>
        Together(NodeSettings.HttpTlsCertificate, NodeSettings.HttpTlsKey) is { } paths
            ? HttpCertificate.Load(paths[0], paths[1], time)
            : null;

    // Files that are of use only together: all of them, or null.
    string[]? Together(params NodeSetting[] files)
    {
        var paths = files.Select(PathOf).ToArray();
        if (Array.TrueForAll(paths, path => path is null))
            return null;
        var missing = files.Where((_, index) => paths[index] is null).Select(file => file.Key).ToArray();
        return missing.Length == 0
            ? [.. paths.OfType<string>()]
            : throw new NodeSettingException(
                $"{string.Join(", ", missing)}: not set, but TLS needs {string.Join(", ", files.Select(file => file.Key))} together"
            );
    }

    string Level()
    {
        var level = Text(NodeSettings.LogLevel)!.ToUpperInvariant();
        return level is "DEBUG" or "INFO" or "WARNING" or "ERROR"
            ? level
            : throw Bad(NodeSettings.LogLevel, $"expected {NodeSettings.LogLevel.Help}, found '{level}'");
    }

    double Fraction(NodeSetting setting) =>
        double.TryParse(Text(setting), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 1
            ? value
            : throw Bad(setting, $"expected a number above 0 and at most 1, found '{Text(setting)}'");

    DataFolder ReadFolder()
    {
        var folder = new DataFolder(Path.GetFullPath(PathOf(NodeSettings.DataDir)!));
        return SqliteJournal.Refusal(folder) is { } reason && Several(NodeSettings.Journal) is ["sqlite"]
            ? throw Bad(NodeSettings.DataDir, reason)
            : folder;
    }

    string? PathOf(NodeSetting setting)
    {
        try
        {
            return Text(setting) is { } path ? UserPath.Expand(path) : null;
        }
        catch (UserPathException error)
        {
            throw Bad(setting, error.Message);
        }
    }

    string? Name(NodeSetting setting) =>
        Text(setting) is not { } text || IsName(text)
            ? Text(setting)
            : throw Bad(setting, $"expected an address or a name, found '{text}'");

    static bool IsName(string text) => Uri.CheckHostName(text) != UriHostNameType.Unknown;

    int Whole(NodeSetting setting, int smallest, int largest = int.MaxValue) =>
        OptionalWhole(setting, smallest, largest) ?? throw Bad(setting, "not set");

    int? OptionalWhole(NodeSetting setting, int smallest, int largest = int.MaxValue) =>
        Text(setting) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= smallest && value <= largest
            ? value
        : throw Bad(
            setting,
            $"expected a whole number {(largest == int.MaxValue ? $"of at least {smallest}" : $"from {smallest} to {largest}")}, found "
                + $"'{text}'"
        );

    string? Text(NodeSetting setting) => _settings[setting].Values is [.., var last] ? last : null;

    ImmutableArray<string> Several(NodeSetting setting) => _settings[setting].Values;

    NodeSettingException Bad(NodeSetting setting, string message) => new($"{setting.Key} (from {_settings[setting].Origin}): {message}");

    static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
