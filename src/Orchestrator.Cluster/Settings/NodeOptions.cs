using System.Collections.Immutable;
using Akka.Configuration;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Notices;
using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Wire;
using Orchestrator.Cluster.Workers;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Settings;

/// <summary>What one node of the cluster is.</summary>
/// <param name="Workers">One training slot per entry: the device it trains on.</param>
/// <param name="Evaluators">One evaluation slot per entry.</param>
public sealed record NodeOptions(
    DataFolder Folder,
    ImmutableArray<SlotDevice> Workers,
    ImmutableArray<SlotDevice> Evaluators,
    ITrialLauncher Launcher
)
{
    /// <summary>CPU cores that trials take together; each slot of CPU cores adds one where there are fewer.</summary>
    public int Cores { get; init; } = Environment.ProcessorCount;

    /// <summary>Bytes of memory that trials on CPU cores take together; null: as much as they like.</summary>
    public long? Memory { get; init; }

    /// <summary>Part of a GPU that an evaluation takes.</summary>
    public double EvaluationShare { get; init; } = 1;

    /// <summary>What its devices cost.</summary>
    public Prices Prices { get; init; } = Prices.None;

    /// <summary>A coordinator node may become the active one; the others only know where it is.</summary>
    public bool IsCoordinator { get; init; } = true;

    /// <summary>The journal; null on a node that is no coordinator: it never sees the journal.</summary>
    public JournalDatabase? Journal { get; init; }

    /// <summary>By which a coordinator tells people of sweeps; null: nobody is told.</summary>
    public NoticeChannels? Channels { get; init; }

    public NodeNetwork Network { get; init; } = new();

    /// <summary>The addresses to join; empty for a cluster of its own.</summary>
    public ImmutableArray<string> Seeds { get; init; } = [];

    /// <summary>How many coordinators the cluster is made for: 1 or 3.</summary>
    public int Coordinators { get; init; } = 1;

    /// <summary>A lease not renewed for this long is given up, and its trial goes on elsewhere. Longer than a failover: that must interrupt
    /// no training.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long a node that is no coordinator stays without any work; null: for ever.</summary>
    public TimeSpan? IdleLimit { get; init; }

    /// <summary>The only sweep of the journal to look after, every other one left alone; null for all.</summary>
    public string? OnlySweep { get; init; }

    /// <summary>What the sweeps of each API token may have together, by the name of the token, as it is at the moment.</summary>
    public Func<ImmutableSortedDictionary<string, TokenQuota>> Quotas { get; init; } = () => NoQuotas;

    internal static ImmutableSortedDictionary<string, TokenQuota> NoQuotas { get; } = ImmutableSortedDictionary<string, TokenQuota>.Empty;

    /// <summary>Where checkpoints go instead of the data folder.</summary>
    public string? Storage { get; init; }

    /// <summary>Deletes what is there; null where <see cref="Storage"/> is.</summary>
    public DeleteStored? DeleteStored { get; init; }

    /// <summary>The operator's own settings of the actor system, in front of ours.</summary>
    public Config Overrides { get; init; } = Config.Empty;

    /// <summary>The log's file; null for standard error, as a service manager or container expects.</summary>
    public string? LogFile { get; init; }

    public string LogLevel { get; init; } = "INFO";
}
