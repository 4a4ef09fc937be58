namespace Orchestrator.Chaos.Faults;

/// <summary>One way to break the cluster, which also mends what it broke.</summary>
abstract class Fault
{
    public abstract string Name { get; }

    public virtual bool NeedsLinks => false;

    public virtual bool NeedsRoot => false;

    /// <summary>How often it is drawn, against the others.</summary>
    public virtual int Weight => 1;

    public abstract Task InjectAsync(ChaosCluster cluster, Random random, Record record);

    protected static T Any<T>(IEnumerable<T> all, Random random)
    {
        var list = all.ToList();
        return list[random.Next(list.Count)];
    }
}
