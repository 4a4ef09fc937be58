using System.Collections.Immutable;
using System.Net;
using Akka.Configuration;
using Orchestrator.Cluster.Certificates;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Notices;
using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Wire;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Settings;

/// <summary>A node's settings, read and checked: what would not work is refused before anything starts.</summary>
public sealed class NodeSettings
{
    readonly SettingReader _read;
    readonly NodeSeeds _seeds;

    NodeSettings(LayeredSettings settings, TimeProvider time)
    {
        _read = new SettingReader(settings);
        _seeds = new NodeSeeds(_read);
        Overrides = settings.Overrides;
        Roles = [.. _read.Several(NodeSettingTable.Role).Select(Role)];
        if (Roles.IsEmpty)
            throw new NodeSettingException($"role: none given; {NodeSettingTable.Role.Flag} takes {NodeSettingTable.Role.Help}");
        Folder = ReadFolder();
        Coordinators = _read.Whole(NodeSettingTable.Coordinators, 1);
        Journal = Roles.Contains(NodeRole.Coordinator) ? ReadJournal() : null;
        CheckCoordinators();
        Channels = Roles.Contains(NodeRole.Coordinator) ? ChannelFile.Read(_read.PathOf(NodeSettingTable.Notify), Folder, time) : null;
        Network = new NodeNetwork(
            _read.Name(NodeSettingTable.Host)!,
            _read.Whole(NodeSettingTable.Port, 0, SettingReader.LastPort),
            _read.Name(NodeSettingTable.PublicHost),
            _read.OptionalWhole(NodeSettingTable.PublicPort, 1, SettingReader.LastPort),
            ReadCertificate(time)
        );
        HttpHost = _read.Text(NodeSettingTable.HttpHost) is "*" or "+"
            ? _read.Text(NodeSettingTable.HttpHost)!
            : _read.Name(NodeSettingTable.HttpHost)!;
        HttpPort = _read.Whole(NodeSettingTable.HttpPort, 0, SettingReader.LastPort);
        HttpCertificate = ReadHttpCertificate(time);
        TrustsLoopback = !_read.Switch(NodeSettingTable.HttpTokens) && IsLoopback(HttpHost);
        IsInsecure = _read.Switch(NodeSettingTable.Insecure);
        Storage = _read.Text(NodeSettingTable.Storage);
        Slots = _read.OptionalWhole(NodeSettingTable.Slots, 1);
        Threads = _read.Whole(NodeSettingTable.Threads, 1);
        Devices = _read.Text(NodeSettingTable.Devices);
        GpuFraction = _read.Fraction(NodeSettingTable.GpuFraction);
        EvaluationSlots = _read.Whole(NodeSettingTable.Evaluators, 1);
        Prices = ReadPrices();
        Lease = TimeSpan.FromSeconds(_read.Whole(NodeSettingTable.Lease, 5));
        IdleMinutes = _read.OptionalWhole(NodeSettingTable.IdleMinutes, 1);
        LogLevel = Level();
        CheckReach();
        _seeds.Check(areNeeded: Coordinators > 1 || !Is(NodeRole.Coordinator));
    }

    public ImmutableArray<NodeRole> Roles { get; }
    public DataFolder Folder { get; }
    public int Coordinators { get; }
    public JournalDatabase? Journal { get; }

    /// <summary>By which a coordinator tells people of sweeps; null on a node that is none.</summary>
    public NoticeChannels? Channels { get; }
    public NodeNetwork Network { get; }
    public string HttpHost { get; }
    public int HttpPort { get; }

    /// <summary>The certificate of HTTPS; null for plain HTTP.</summary>
    public HttpCertificate? HttpCertificate { get; }

    /// <summary>Programs on this machine need no token while there are none.</summary>
    public bool TrustsLoopback { get; }

    public bool IsInsecure { get; }
    public string? Storage { get; }
    public int? Slots { get; }
    public int Threads { get; }
    public string? Devices { get; }
    public double GpuFraction { get; }
    public int EvaluationSlots { get; }
    public Prices Prices { get; }
    public TimeSpan Lease { get; }

    /// <summary>Minutes without work after which a node that is no coordinator leaves.</summary>
    public int? IdleMinutes { get; }
    public string LogLevel { get; }

    /// <summary>The operator's own settings of the actor system.</summary>
    public Config Overrides { get; }

    public bool Is(NodeRole role) => Roles.Contains(role);

    /// <exception cref="NodeSettingException">A setting cannot be used.</exception>
    public static NodeSettings From(LayeredSettings settings, TimeProvider time) => new(settings, time);

    /// <exception cref="NodeSettingException">Nobody can listen where the node will.</exception>
    public void CheckListening()
    {
        if (Listening().Select(port => port.Fault).OfType<string>().FirstOrDefault() is { } fault)
            throw new NodeSettingException(fault);
    }

    /// <summary>Listens for a moment where the node will: on both addresses at once, for they may not be the same.</summary>
    /// <returns>Of each port its setting, where it is, and why nobody can listen there; null where one can.</returns>
    public ImmutableArray<(NodeSetting Port, string Place, string? Fault)> Listening()
    {
        using var nodes = Listen(NodeSettingTable.Host, NodeSettingTable.Port, Network.Host, Network.Port, out var ofNodes);
        var isSame = HttpPort > 0 && HttpPort == Network.Port;
        string? ofHttp = null;
        using var http = isSame ? null : Listen(NodeSettingTable.HttpHost, NodeSettingTable.HttpPort, HttpHost, HttpPort, out ofHttp);
        if (isSame)
            ofHttp = _read.Bad(NodeSettingTable.HttpPort, $"{HttpPort} is the port for other nodes too; give another one").Message;
        return
        [
            (NodeSettingTable.Port, $"{Network.Host}:{Network.Port}", ofNodes),
            (NodeSettingTable.HttpPort, $"{HttpHost}:{HttpPort}", ofHttp),
        ];
    }

    ListeningPlace? Listen(NodeSetting host, NodeSetting port, string address, int number, out string? fault)
    {
        try
        {
            fault = null;
            return ListeningPlace.Take(address, number);
        }
        catch (ListeningException error)
        {
            fault = _read.Bad(error.OfHost ? host : port, error.Message).Message;
            return null;
        }
    }

    /// <param name="machine">What this process was given.</param>
    /// <exception cref="NodeSettingException">A GPU of <see cref="Devices"/> is not there, or a seed has no address.</exception>
    public async Task<NodeOptions> ToOptionsAsync(DeviceInventory machine, ITrialLauncher launcher, CancellationToken cancel)
    {
        var devices = Chosen(machine);
        ImmutableArray<SlotDevice> workers = Is(NodeRole.Worker) ? devices.Slots(Slots, Threads, GpuFraction) : [];
        return new NodeOptions(Folder, workers, Is(NodeRole.Evaluator) ? devices.Evaluators(EvaluationSlots) : [], launcher)
        {
            Cores = Math.Max(devices.Cores, workers.Length * Threads),
            Memory = devices.Memory,
            EvaluationShare = devices.EvaluationShare(EvaluationSlots, Is(NodeRole.Worker) ? GpuFraction : null),
            IsCoordinator = Is(NodeRole.Coordinator),
            Journal = Journal,
            Channels = Channels,
            Network = Network,
            Seeds = await _seeds.AddressesAsync(Network.Protocol, cancel).ConfigureAwait(false),
            Coordinators = Coordinators,
            Prices = Prices,
            Lease = Lease,
            IdleLimit = IdleMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            Storage = Storage,
            LogLevel = LogLevel,
            Overrides = Overrides,
        };
    }

    DeviceInventory Chosen(DeviceInventory machine)
    {
        try
        {
            return machine.Only(Devices);
        }
        catch (DeviceException error)
        {
            throw _read.Bad(NodeSettingTable.Devices, error.Message);
        }
    }

    Prices ReadPrices()
    {
        try
        {
            return Prices.Parse(_read.Several(NodeSettingTable.Prices));
        }
        catch (FormatException error)
        {
            throw _read.Bad(NodeSettingTable.Prices, error.Message);
        }
    }

    NodeRole Role(string text) =>
        Enum.TryParse<NodeRole>(text, ignoreCase: true, out var role) && !char.IsAsciiDigit(text[0])
            ? role
            : throw _read.Bad(NodeSettingTable.Role, $"expected coordinator, worker or evaluator, found '{text}'");

    JournalDatabase ReadJournal()
    {
        var text = _read.Text(NodeSettingTable.Journal)!;
        if (text == "sqlite")
            return new SqliteJournal(Folder);
        try
        {
            return new PostgresJournal(text);
        }
        catch (ArgumentException error)
        {
            throw _read.Bad(NodeSettingTable.Journal, $"expected sqlite or a PostgreSQL connection string: {error.Message}");
        }
    }

    void CheckCoordinators()
    {
        if (Coordinators % 2 == 0)
        {
            throw _read.Bad(
                NodeSettingTable.Coordinators,
                $"{Coordinators} is refused: of two coordinators the one that survives is no majority and must stop too, "
                    + "and an even number never bears more losses than one fewer; use 1 or 3"
            );
        }

        if (Coordinators > 1 && Journal is { IsShared: false })
            throw _read.Bad(
                NodeSettingTable.Journal,
                $"SQLite is one file that one process writes: with {Coordinators} coordinators the next one could not take over; give a "
                    + "PostgreSQL connection string"
            );
    }

    void CheckReach()
    {
        if (Network.Certificate is null && !IsLoopback(Network.Host) && !IsInsecure)
        {
            throw _read.Bad(
                NodeSettingTable.Host,
                $"{Network.Host} is not loopback, and without TLS anybody who reaches the port could run code here; "
                    + "set tls.authority, tls.certificate and tls.key (cluster/certs.sh makes them), or --insecure in a network you trust"
            );
        }
    }

    NodeCertificate? ReadCertificate(TimeProvider time) =>
        _read.Together(NodeSettingTable.TlsAuthority, NodeSettingTable.TlsCertificate, NodeSettingTable.TlsKey) is { } paths
            ? NodeCertificate.Load(paths[0], paths[1], paths[2], time)
            : null;

    HttpCertificate? ReadHttpCertificate(TimeProvider time) =>
        _read.Together(NodeSettingTable.HttpTlsCertificate, NodeSettingTable.HttpTlsKey) is { } paths
            ? HttpCertificate.Load(paths[0], paths[1], time)
            : null;

    string Level()
    {
        var level = _read.Text(NodeSettingTable.LogLevel)!.ToUpperInvariant();
        return level is "DEBUG" or "INFO" or "WARNING" or "ERROR"
            ? level
            : throw _read.Bad(NodeSettingTable.LogLevel, $"expected {NodeSettingTable.LogLevel.Help}, found '{level}'");
    }

    DataFolder ReadFolder()
    {
        var folder = new DataFolder(Path.GetFullPath(_read.PathOf(NodeSettingTable.DataDir)!));
        return SqliteJournal.Refusal(folder) is { } reason && _read.Several(NodeSettingTable.Journal) is ["sqlite"]
            ? throw _read.Bad(NodeSettingTable.DataDir, reason)
            : folder;
    }

    static bool IsLoopback(string host) =>
        host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}
