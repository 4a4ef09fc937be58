using System.Text.Json;
using Akka.Actor;
using Akka.Cluster;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Web.Nodes;

/// <summary>The members of the cluster, their slots, and what runs on each.</summary>
sealed record NodeList(IReadOnlyList<NodeRow> Nodes, int EvaluationQueue)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Asks the active coordinator which slots there are; where none answers, those that hold leases are shown.</summary>
    /// <param name="sweeps">As the journal tells them: they hold the leases.</param>
    public static async Task<NodeList> OfAsync(
        ActorSystem system,
        IActorRef coordinator,
        IReadOnlyCollection<SweepState> sweeps,
        NodeDirectory directory,
        CancellationToken cancel
    )
    {
        var facts = directory.AllAsync(cancel);
        NodeProtocol.NodesDescription? description = null;
        try
        {
            description = await coordinator.Ask<NodeProtocol.NodesDescription>(new NodeProtocol.DescribeNodes(), Patience, cancel);
        }
        catch (AskTimeoutException)
        {
            // between two coordinators
        }

        return Of(
            Akka.Cluster.Cluster.Get(system).State,
            description,
            sweeps,
            (await facts).ToDictionary(node => node.Member.UniqueAddress, node => node.Facts)
        );
    }

    static NodeList Of(
        ClusterEvent.CurrentClusterState cluster,
        NodeProtocol.NodesDescription? description,
        IReadOnlyCollection<SweepState> sweeps,
        IReadOnlyDictionary<UniqueAddress, NodeProtocol.NodeFacts> facts
    )
    {
        var slots = new Dictionary<(string Node, int Slot), SlotRow>();
        foreach (var seen in description?.Slots ?? [])
            slots[(seen.Node, seen.Slot)] = new SlotRow(seen.Slot, seen.Kind, SlotWork.Idle, null, null, null);
        foreach (var sweep in sweeps)
        foreach (var (lease, _) in sweep.Leases.Values)
            slots[(lease.Node, lease.Slot)] = new SlotRow(
                lease.Slot,
                lease.Kind,
                lease.Kind == WorkKind.Training ? SlotWork.Training : SlotWork.Evaluating,
                sweep.Spec.Name,
                TrialId.Of(lease.Trial),
                lease.Attempt
            );
        var byNode = slots.ToLookup(slot => slot.Key.Node, slot => slot.Value);
        var nodes = cluster.Members.Select(member =>
            Row(member, cluster.Unreachable.Contains(member), description, byNode, facts.GetValueOrDefault(member.UniqueAddress))
        );
        return new NodeList(
            [.. nodes.OrderBy(node => node.Address, StringComparer.Ordinal)],
            sweeps.Sum(sweep => sweep.PendingEvaluations.Count)
        );
    }

    static NodeRow Row(
        Member member,
        bool isUnreachable,
        NodeProtocol.NodesDescription? description,
        ILookup<string, SlotRow> slots,
        NodeProtocol.NodeFacts? facts
    )
    {
        var name = ClusterMembership.Name(member.UniqueAddress);
        var status = isUnreachable ? "unreachable" : JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Status.ToString());
        return new NodeRow(
            $"{member.Address.Host}:{member.Address.Port}",
            name,
            [.. member.Roles.Order(StringComparer.Ordinal)],
            status,
            description?.Coordinator == name,
            [.. slots[name].OrderBy(slot => slot.Slot)],
            facts?.Findings
        );
    }
}

/// <param name="Node">Address and incarnation, as leases and results name it.</param>
/// <param name="Status">The status of its membership, or <c>unreachable</c> while the others suspect it.</param>
/// <param name="Findings">What it found out about its machine when it started; null where it has not told yet.</param>
sealed record NodeRow(
    string Address,
    string Node,
    IReadOnlyList<string> Roles,
    string Status,
    bool ActiveCoordinator,
    IReadOnlyList<SlotRow> Slots,
    IReadOnlyList<Finding>? Findings
);

sealed record SlotRow(int Slot, WorkKind Kind, SlotWork State, string? Sweep, string? Trial, int? Attempt);

enum SlotWork
{
    Idle,
    Training,
    Evaluating,
}
