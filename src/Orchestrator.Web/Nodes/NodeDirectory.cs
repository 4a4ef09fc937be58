using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Cluster;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Web.Nodes;

/// <summary>What each member of the cluster tells of itself: every coordinator asks each node once, so that nothing has to be handed over
/// when another one becomes active.</summary>
sealed class NodeDirectory(ActorSystem system)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    readonly ConcurrentDictionary<UniqueAddress, NodeProtocol.NodeFacts> _known = new();

    /// <summary>The members that are known to answer; one that is asked for the first time and does not answer within a second is left out
    /// until the next call.</summary>
    public async Task<IReadOnlyList<(Member Member, NodeProtocol.NodeFacts Facts)>> AllAsync(CancellationToken cancel)
    {
        var members = Akka.Cluster.Cluster.Get(system).State.Members;
        var here = members.Select(member => member.UniqueAddress).ToHashSet();
        foreach (var gone in _known.Keys.Where(known => !here.Contains(known)))
            _known.TryRemove(gone, out _);
        var all = await Task.WhenAll(
            members
                .Where(member => member.Status is MemberStatus.Up or MemberStatus.WeaklyUp or MemberStatus.Leaving)
                .Select(async member => (member, await OfAsync(member, cancel)))
        );
        return [.. all.Where(entry => entry.Item2 is not null).Select(entry => (entry.member, entry.Item2!))];
    }

    async Task<NodeProtocol.NodeFacts?> OfAsync(Member member, CancellationToken cancel)
    {
        if (_known.TryGetValue(member.UniqueAddress, out var known))
            return known;
        try
        {
            var path = new RootActorPath(member.Address) / "user" / NodeFactsActor.Name;
            return _known[member.UniqueAddress] = await system
                .ActorSelection(path)
                .Ask<NodeProtocol.NodeFacts>(new NodeProtocol.DescribeNode(), Patience, cancel);
        }
        catch (AskTimeoutException)
        {
            return null; // still starting, or of an older version
        }
    }
}
