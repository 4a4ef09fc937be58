namespace Orchestrator.Chaos.Faults;

/// <summary>One way to break the cluster, which also mends what it broke.</summary>
abstract class Fault
{
    public abstract string Name { get; }

    public virtual bool NeedsLinks => false;

    public virtual bool NeedsRoot => false;

    /// <summary>What it needs is installed on this machine.</summary>
    public virtual bool IsPossible => true;

    /// <summary>How often it is drawn, against the others.</summary>
    public virtual int Weight => 1;

    /// <summary>Leaves the record without a target where there was nothing to break.</summary>
    public abstract Task InjectAsync(ChaosCluster cluster, Random random, Record record);

    protected static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    /// <returns>How long it took until another coordinator suspected the node.</returns>
    protected static Task<TimeSpan?> NoticedAsync(ChaosCluster cluster, Node lost)
    {
        var witness = cluster.CoordinatorNodes.First(node => node != lost);
        return Patience.UntilAsync(async () => await cluster.SuspectsAsync(witness) > 0, Limit);
    }

    protected static T Any<T>(IEnumerable<T> all, Random random)
    {
        var list = all.ToList();
        return list[random.Next(list.Count)];
    }
}
