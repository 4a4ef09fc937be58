using System.Collections.Immutable;

namespace Orchestrator.Cluster.Settings;

/// <summary>Everything that can be set of a node. The command line, the settings file and the documentation are made from this
/// table.</summary>
public static class NodeSettingTable
{
    public static NodeSetting Role { get; } =
        new("role", null, "coordinator, worker or evaluator; a node may have several") { IsList = true };
    public static NodeSetting DataDir { get; } =
        new("data-dir", "runs", "Folder of checkpoints and results; on several machines a shared folder, at the same path on each");
    public static NodeSetting Host { get; } = new("host", "127.0.0.1", "Address to listen on for other nodes");
    public static NodeSetting Port { get; } = new("port", "4053", "Port to listen on for other nodes; 0: any free one");
    public static NodeSetting PublicHost { get; } =
        new("public-host", null, "Name or address under which other nodes reach this one, where it is not 'host'");
    public static NodeSetting PublicPort { get; } =
        new("public-port", null, "Port under which other nodes reach this one, where it is not 'port'");
    public static NodeSetting Seed { get; } =
        new("seed", null, "host:port of nodes to join, the same list on every node, at least two; none: a cluster of its own")
        {
            IsList = true,
        };
    public static NodeSetting SeedDns { get; } = new("seed-dns", null, "name:port whose addresses are the seeds, instead of 'seed'");
    public static NodeSetting Coordinators { get; } =
        new("coordinators", "1", "How many coordinators the cluster is made for: 1, or 3 so that one may fail");
    public static NodeSetting Journal { get; } =
        new(
            "journal",
            "sqlite",
            "sqlite (a file in the data folder; one coordinator), or a PostgreSQL connection string: "
                + "Host=…;Database=…;Username=…;Password=…"
        )
        {
            IsSecret = true,
        };
    public static NodeSetting Storage { get; } =
        new("storage", null, "Where checkpoints go instead of the data folder: s3://bucket/prefix?endpoint=http://host:port");
    public static NodeSetting Notify { get; } =
        new("notify", null, "File of the channels by which a coordinator tells people of sweeps; default: notify.conf in the data folder");
    public static NodeSetting Slots { get; } =
        new("slots", null, "Trials at once on this worker; default: one per share of a GPU, or per group of 'threads' cores");
    public static NodeSetting Threads { get; } = new("threads", "1", "Cores of one slot on a worker without GPUs");
    public static NodeSetting Devices { get; } =
        new("devices", null, "GPUs to use, by number or UUID among those this process was given, with commas; default: all of them");
    public static NodeSetting GpuFraction { get; } = new("gpu-fraction", "1", "Part of a GPU that one slot takes, above 0 and at most 1");
    public static NodeSetting Evaluators { get; } = new("evaluators", "1", "Evaluations at once on this evaluator");
    public static NodeSetting Prices { get; } =
        new("prices", null, "What an hour costs, of a GPU by its name or a part of it, and of a slot of CPU cores: H100=2.50,cpu=0.04")
        {
            IsList = true,
        };
    public static NodeSetting Lease { get; } =
        new("lease", "45", "Seconds after which work not heard of is given to another slot; longer than a failover takes");
    public static NodeSetting IdleMinutes { get; } =
        new("idle-minutes", null, "Minutes without work after which a node leaves for good, unless it is a coordinator; default: never");
    public static NodeSetting TlsAuthority { get; } = new("tls.authority", null, "PEM file of the cluster's certificate authority");
    public static NodeSetting TlsCertificate { get; } = new("tls.certificate", null, "PEM file of this node's certificate");
    public static NodeSetting TlsKey { get; } = new("tls.key", null, "PEM file of this node's private key");
    public static NodeSetting Insecure { get; } =
        new(
            "insecure",
            "false",
            "Listen beyond loopback without TLS: anybody who reaches the port can run code here, and tokens of the API can be overheard"
        )
        {
            IsSwitch = true,
        };
    public static NodeSetting HttpHost { get; } =
        new("http.host", "127.0.0.1", "Address of /healthz, /readyz and /metrics, and on a coordinator of the API");
    public static NodeSetting HttpPort { get; } = new("http.port", "8080", "Its port; 0: any free one");
    public static NodeSetting HttpTlsCertificate { get; } =
        new(
            "http.tls.certificate",
            null,
            "PEM file of the certificate shown to callers, with its chain; none: plain HTTP, and the API answers callers on this machine "
                + "only"
        );
    public static NodeSetting HttpTlsKey { get; } = new("http.tls.key", null, "PEM file of its private key");
    public static NodeSetting HttpTokens { get; } =
        new("http.tokens", "false", "Callers on this machine need a token too: where a proxy or port forward on it lets others in")
        {
            IsSwitch = true,
        };
    public static NodeSetting LogLevel { get; } = new("log-level", "INFO", "DEBUG, INFO, WARNING or ERROR");

    public static ImmutableArray<NodeSetting> All { get; } =
    [
        Role,
        DataDir,
        Host,
        Port,
        PublicHost,
        PublicPort,
        Seed,
        SeedDns,
        Coordinators,
        Journal,
        Storage,
        Notify,
        Slots,
        Threads,
        Devices,
        GpuFraction,
        Evaluators,
        Prices,
        Lease,
        IdleMinutes,
        TlsAuthority,
        TlsCertificate,
        TlsKey,
        Insecure,
        HttpHost,
        HttpPort,
        HttpTlsCertificate,
        HttpTlsKey,
        HttpTokens,
        LogLevel,
    ];
}
