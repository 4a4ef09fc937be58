using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Progress;

/// <summary>Configurations that arrive at a rung one after another, with ranks at random, each decided about by those that are there by
/// then. More go on than one of every reduction: the first few are compared with nobody who is better.</summary>
sealed class RungArrivals
{
    readonly SchedulerSpec scheduler;
    readonly List<double> ranks = [];
    readonly List<bool> waits = [];
    readonly PriorityQueue<int, double> top = new(),
        rest = new();
    int goingOn;

    RungArrivals(SchedulerSpec scheduler) => this.scheduler = scheduler;

    /// <param name="there">Configurations that are at the rung.</param>
    /// <param name="waiting">Those of them that may still be promoted: the worst, as the others were promoted before them.</param>
    /// <param name="toCome">How many arrive.</param>
    /// <param name="seed">Of their ranks.</param>
    /// <returns>How many go on that have not done so yet.</returns>
    public static int GoingOn(SchedulerSpec scheduler, int there, int waiting, int toCome, long seed)
    {
        var rung = new RungArrivals(scheduler);
        for (var one = 0; one < there; one++)
            rung.Put((one + 0.5) / there, scheduler.Promotes && one >= there - waiting);
        rung.Settle();
        for (var one = 0; one < toCome; one++)
        {
            rung.Put(Seed.Derive(seed, "rank", one) / Math.Pow(2, 63), waits: true);
            rung.Settle();
            // Whoever is not stopped at once goes on, and whoever is does not come back.
            if (!scheduler.Promotes)
                rung.waits[^1] = false;
        }

        return rung.goingOn;
    }

    void Put(double rank, bool waits)
    {
        var one = ranks.Count;
        ranks.Add(rank);
        this.waits.Add(waits);
        if (top.TryPeek(out var worst, out _) && rank < ranks[worst])
        {
            top.Dequeue();
            rest.Enqueue(worst, ranks[worst]);
            Raise(one);
        }
        else
            rest.Enqueue(one, rank);
    }

    void Settle()
    {
        while (top.Count < Quota)
            Raise(rest.Dequeue());
    }

    int Quota =>
        ranks.Count < scheduler.MinRungPopulation ? (scheduler.Promotes ? 0 : ranks.Count)
        : scheduler.Promotes ? ranks.Count / scheduler.Reduction
        : Math.Max(ranks.Count / scheduler.Reduction, 1);

    void Raise(int one)
    {
        top.Enqueue(one, -ranks[one]);
        if (!waits[one])
            return;
        waits[one] = false;
        goingOn++;
    }
}
