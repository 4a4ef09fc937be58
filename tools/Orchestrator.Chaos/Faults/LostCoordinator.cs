using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Chaos.Faults;

/// <summary>The active coordinator goes: how soon another one decides, and that no training noticed.</summary>
abstract class LostCoordinator : Fault
{
    public override int Weight => 2;

    public override async Task InjectAsync(ChaosCluster cluster, Random random, Record record)
    {
        if (await cluster.ActiveAsync() is not { } active)
            return;
        record.Target = active.Name;
        var before = cluster.Events(cluster.Current);
        var other = cluster.CoordinatorNodes.First(node => node != active);
        var mend = await LoseAsync(cluster, active, random);
        record.Noticed = await NoticedAsync(cluster, active);
        var answer = await Patience.UntilAsync(
            async () => await cluster.CallAsync(other, $"/api/sweeps/{cluster.Current}/state") is not null,
            Limit
        );
        record.Failover = record.Noticed + answer;
        await mend();
        if (before is not null && cluster.Events(cluster.Current) is { } after)
        {
            record.Interrupted = after
                .Skip(before.Count)
                .OfType<LeaseEnded>()
                .Count(ended => ended.Kind == WorkKind.Training && ended.End.Cause is AttemptCause.NodeLost or AttemptCause.Interrupted);
        }
    }

    protected abstract Task<Func<Task>> LoseAsync(ChaosCluster cluster, Node active, Random random);
}

sealed class KillCoordinator : LostCoordinator
{
    public override string Name => "kill -9 of the active coordinator";

    protected override Task<Func<Task>> LoseAsync(ChaosCluster cluster, Node active, Random random)
    {
        active.Signal(Signal.Kill);
        return Task.FromResult(() => Task.CompletedTask);
    }
}

sealed class StopCoordinator : LostCoordinator
{
    public override string Name => "SIGSTOP of the active coordinator, 20 to 60 s";

    public override int Weight => 1;

    protected override async Task<Func<Task>> LoseAsync(ChaosCluster cluster, Node active, Random random)
    {
        var back = Task.Delay(TimeSpan.FromSeconds(random.Next(20, 61)));
        active.Signal(Signal.Stop);
        return await Task.FromResult(async () =>
        {
            await back;
            active.Signal(Signal.Continue);
        });
    }
}

sealed class IsolateCoordinator : LostCoordinator
{
    public override string Name => "partition that isolates the active coordinator, 15 to 30 s";

    public override bool NeedsLinks => true;

    protected override async Task<Func<Task>> LoseAsync(ChaosCluster cluster, Node active, Random random)
    {
        var back = Task.Delay(TimeSpan.FromSeconds(random.Next(15, 31)));
        await cluster.Network.IsolateAsync(active.Index, cluster.Others(active));
        return async () =>
        {
            await back;
            await cluster.Network.HealAsync(active.Index, cluster.Others(active));
        };
    }
}
