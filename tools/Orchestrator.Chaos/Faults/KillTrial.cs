namespace Orchestrator.Chaos.Faults;

sealed class KillTrial : Fault
{
    public override string Name => "kill -9 of a trial's process";

    public override int Weight => 6;

    public override async Task InjectAsync(ChaosCluster cluster, Random random, Record record)
    {
        IReadOnlyList<int> running = [];
        await Patience.UntilAsync(
            () => Task.FromResult((running = Shell.Processes(cluster.Folder.Root, " trial run ")).Count > 0),
            TimeSpan.FromSeconds(30)
        );
        if (running.Count == 0)
            return;
        var target = Any(running, random);
        record.Target = $"process {target}";
        Shell.Signal(target, Signal.Kill);
    }
}
