using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Chaos.Faults;

/// <summary>A worker that goes: how soon it is suspected, and how soon its trials go on.</summary>
abstract class LostWorker : Fault
{
    public override async Task InjectAsync(ChaosCluster cluster, Random random, Record record)
    {
        var worker = Any(cluster.WorkerNodes, random);
        record.Target = worker.Name;
        var held = Held(cluster, worker);
        var mend = await LoseAsync(cluster, worker, random);
        record.Noticed = await NoticedAsync(cluster, worker);
        if (record.Noticed is not null && held.Count > 0 && ExpectsNewLease)
        {
            record.GivenUp = await Patience.UntilAsync(
                () => Holds(cluster, state => held.TrueForAll(lease => !state.Leases.ContainsKey(lease.Token))),
                Limit
            );
            record.GoesOn =
                record.GivenUp
                + await Patience.UntilAsync(() => Holds(cluster, state => held.TrueForAll(lease => IsElsewhere(state, lease))), Limit);
        }

        await mend();
    }

    /// <summary>The worker stays away for longer than it takes to be given up.</summary>
    protected virtual bool ExpectsNewLease => true;

    /// <returns>What brings it back.</returns>
    protected abstract Task<Func<Task>> LoseAsync(ChaosCluster cluster, Node worker, Random random);

    static List<Lease> Held(ChaosCluster cluster, Node worker)
    {
        var address = $"{cluster.Network.Host(worker.Index)}:{cluster.Network.Port(worker.Index)}#";
        return cluster
                .Sweep(cluster.Current)
                ?.Leases.Values.Select(held => held.Lease)
                .Where(lease => lease.Node.StartsWith(address, StringComparison.Ordinal))
                .ToList()
            ?? [];
    }

    static Task<bool> Holds(ChaosCluster cluster, Func<SweepState, bool> what) =>
        Task.FromResult(cluster.Sweep(cluster.Current) is { } state && what(state));

    static bool IsElsewhere(SweepState state, Lease lost) =>
        state.Trial(lost.Trial).Status is not (TrialStatus.Pending or TrialStatus.Running)
        || state.Leases.Values.Any(held => held.Lease.Trial == lost.Trial);
}

sealed class KillWorker : LostWorker
{
    public override string Name => "kill -9 of a worker";

    public override int Weight => 3;

    protected override Task<Func<Task>> LoseAsync(ChaosCluster cluster, Node worker, Random random)
    {
        worker.Signal(Signal.Kill);
        return Task.FromResult(() => Task.CompletedTask);
    }
}

sealed class StopWorker : LostWorker
{
    public override string Name => "SIGSTOP of a worker, 20 to 60 s";

    protected override async Task<Func<Task>> LoseAsync(ChaosCluster cluster, Node worker, Random random)
    {
        var back = Task.Delay(TimeSpan.FromSeconds(random.Next(20, 61)));
        worker.Signal(Signal.Stop);
        return await Task.FromResult(async () =>
        {
            await back;
            worker.Signal(Signal.Continue);
        });
    }
}

sealed class PauseWorker : LostWorker
{
    public override string Name => "SIGSTOP of a worker for 5 s";

    protected override bool ExpectsNewLease => false;

    protected override async Task<Func<Task>> LoseAsync(ChaosCluster cluster, Node worker, Random random)
    {
        var back = Task.Delay(TimeSpan.FromSeconds(5));
        worker.Signal(Signal.Stop);
        return await Task.FromResult(async () =>
        {
            await back;
            worker.Signal(Signal.Continue);
        });
    }
}

sealed class CutWorker : LostWorker
{
    public override string Name => "link of a worker down, 15 to 30 s";

    public override bool NeedsLinks => true;

    protected override async Task<Func<Task>> LoseAsync(ChaosCluster cluster, Node worker, Random random)
    {
        var back = Task.Delay(TimeSpan.FromSeconds(random.Next(15, 31)));
        await cluster.Network.CutAsync(worker.Index);
        return async () =>
        {
            await back;
            await cluster.Network.HealAsync(worker.Index, cluster.Others(worker));
        };
    }
}
