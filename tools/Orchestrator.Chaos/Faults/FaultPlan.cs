namespace Orchestrator.Chaos.Faults;

/// <summary>What breaks, in which order: a function of the seed. Every kind comes once before chance decides.</summary>
static class FaultPlan
{
    static readonly Fault[] All =
    [
        new KillTrial(),
        new KillWorker(),
        new KillCoordinator(),
        new RestartDatabase(),
        new KillEvaluator(),
        new PauseWorker(),
        new IsolateCoordinator(),
        new FullDisk(),
        new SkewedClock(),
        new StopWorker(),
        new StopCoordinator(),
        new CutWorker(),
    ];

    public static IEnumerable<Fault> Of(Random random, bool links, bool root)
    {
        var possible = All.Where(fault => fault.IsPossible && (links || !fault.NeedsLinks) && (root || !fault.NeedsRoot)).ToArray();
        foreach (var fault in possible)
            yield return fault;
        var drawn = possible.SelectMany(fault => Enumerable.Repeat(fault, fault.Weight)).ToArray();
        while (true)
            yield return drawn[random.Next(drawn.Length)];
    }
}
