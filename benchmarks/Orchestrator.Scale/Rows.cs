using Akka.Actor;
using Orchestrator.Cluster.Membership;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.SweepFiles;

namespace Orchestrator.Scale;

/// <summary>What is measured: each with a fresh data folder, in a process of its own.</summary>
static class Rows
{
    const string Name = "scale";

    /// <summary>With so many trials a sweep surely has a snapshot.</summary>
    const int TrialsOfSnapshot = 1000;

    public static IReadOnlyDictionary<string, Func<DataFolder, int, Task<double>>> All { get; } =
        new Dictionary<string, Func<DataFolder, int, Task<double>>>
        {
            ["training"] = Training,
            ["training-asha"] = TrainingUnderAsha,
            ["training-tpe"] = TrainingOfTpe,
            ["decision-asha"] = (_, trials) => Task.FromResult(DecisionTimes.OfTheLast(SearchedSweeps.Asha(Name, trials))),
            ["decision-tpe"] = (_, trials) => Task.FromResult(DecisionTimes.OfTheLast(SearchedSweeps.Tpe(Name, trials))),
            ["reports"] = Reports,
            ["cycle"] = Cycle,
            ["recovery"] = Recovery,
            ["recovery-snapshot"] = RecoveryFromSnapshot,
            ["memory"] = Memory,
            ["finished"] = Finished,
            ["nodes"] = Nodes,
            ["sleeping"] = Sleeping,
        };

    /// <summary>Seconds of a sweep of so many trials of one second on 16 slots, three epochs each, evaluated as they end.</summary>
    static Task<double> Training(DataFolder folder, int trials) => SweepFileOf(folder, FinishedSweeps.File(Name, trials));

    /// <summary>The same under ASHA, which decides after every epoch and stops nearly none: each trial is better than those before
    /// it.</summary>
    static Task<double> TrainingUnderAsha(DataFolder folder, int trials) =>
        SweepFileOf(folder, SearchedSweeps.Asha(Name, trials), improves: true);

    /// <summary>The same, where TPE draws each trial from what is known when a slot is free.</summary>
    static Task<double> TrainingOfTpe(DataFolder folder, int trials) => SweepFileOf(folder, SearchedSweeps.Tpe(Name, trials));

    /// <summary>The same of a sweep file: seconds until it is over.</summary>
    public static Task<double> SweepFileOf(DataFolder folder, string file, bool improves = false) =>
        Sweep(folder, file, 16, 4, TimeSpan.FromSeconds(1), state => state.IsOver, improves: improves);

    /// <summary>Epochs reported, kept and confirmed each second, where so many slots report one after the other.</summary>
    static async Task<double> Reports(DataFolder folder, int slots)
    {
        var epochs = Math.Max(100, 30_000 / slots);
        var seconds = await Sweep(
            folder,
            FinishedSweeps.File(Name, slots, epochs),
            slots,
            0,
            TimeSpan.Zero,
            state => state.Count(TrialStatus.Completed) == slots,
            checkpoints: false
        );
        return slots * (long)epochs / seconds;
    }

    /// <summary>Trials each second, granted, trained in no time, reported and evaluated, by 32 workers and 32 evaluators.</summary>
    static async Task<double> Cycle(DataFolder folder, int trials) =>
        trials / await Sweep(folder, FinishedSweeps.File(Name, trials, epochs: 1), 32, 32, TimeSpan.Zero, state => state.IsOver);

    /// <summary>Milliseconds that a task of a tenth of a second costs beyond that, on 16 slots.</summary>
    static async Task<double> Sleeping(DataFolder folder, int tasks)
    {
        var sleep = TimeSpan.FromSeconds(0.1);
        var seconds = await Sweep(
            folder,
            FinishedSweeps.File(Name, tasks, epochs: 1),
            16,
            0,
            sleep,
            state => state.Count(TrialStatus.Completed) == tasks
        );
        return (seconds * 16 / tasks - sleep.TotalSeconds) * 1000;
    }

    /// <summary>Seconds to read the journal of a sweep whose trials are all done, without a snapshot of it.</summary>
    static async Task<double> Recovery(DataFolder folder, int trials)
    {
        using (var sweeps = await FinishedSweeps.BeginAsync(folder))
            sweeps.Add(Name, trials);
        return await Recovered(folder);
    }

    /// <summary>The same with the snapshot that the coordinator made before.</summary>
    static async Task<double> RecoveryFromSnapshot(DataFolder folder, int trials)
    {
        await Recovery(folder, trials);
        await CoordinatorNode.SnapshotAsync(folder);
        return await Recovered(folder);
    }

    /// <summary>Leaves the folder as a coordinator does whose sweep of so many trials is over, with the snapshot where it makes
    /// one.</summary>
    public static Task FinishedAsync(DataFolder folder, int trials) =>
        trials < TrialsOfSnapshot ? Recovery(folder, trials) : RecoveryFromSnapshot(folder, trials);

    /// <summary>Bytes that the process of the coordinator holds for each finished trial, after it has read its journal.</summary>
    static async Task<double> Memory(DataFolder folder, int trials)
    {
        var (few, many) = (new DataFolder(Path.Combine(folder.Root, "few")), new DataFolder(Path.Combine(folder.Root, "many")));
        return (await Held(many, trials) - await Held(few, 1)) / (double)(trials - 1);

        static async Task<long> Held(DataFolder folder, int trials)
        {
            Directory.CreateDirectory(folder.Root);
            using (var sweeps = await FinishedSweeps.BeginAsync(folder))
                sweeps.Add(Name, trials);
            await Recovered(folder);
            await using var node = await CoordinatorNode.StartAsync(folder, 0, 0, new TimedTrials(TimeSpan.Zero));
            await Described(node);
            return GC.GetTotalMemory(forceFullCollection: true);
        }
    }

    /// <summary>Microseconds from a slot's request to its grant by the newest sweep, after so many that are over.</summary>
    static async Task<double> Finished(DataFolder folder, int sweeps)
    {
        const int requests = 300;
        using (var finished = await FinishedSweeps.BeginAsync(folder))
            for (var sweep = 1; sweep <= sweeps; sweep++)
                finished.Add($"finished-{sweep}", 1);
        await using var node = await CoordinatorNode.StartAsync(folder, 0, 0, new TimedTrials(TimeSpan.Zero));
        await Described(node, $"finished-{sweeps}");
        await node.SubmitAsync(FinishedSweeps.Spec(Name, requests * 2), "file");
        var self = ClusterMembership.SelfNode(node.System);
        using var slot = Inbox.Create(node.System);
        var took = new List<double>();
        for (var request = 1; request <= requests; request++)
        {
            var began = TimeProvider.System.GetTimestamp();
            slot.Send(node.Coordinator, new WorkProtocol.RequestWork(self, request, WorkKind.Training, new(null, 1), new(null, 1)));
            await slot.ReceiveAsync(TimeSpan.FromMinutes(2));
            took.Add(TimeProvider.System.GetElapsedTime(began).TotalMicroseconds);
        }

        return took.Order().ElementAt(requests / 2);
    }

    /// <summary>Seconds until every one of so many slots, twenty to a node, trains. The nodes are real ones, but actor systems of this one
    /// process that speak over loopback.</summary>
    /// <exception cref="InvalidOperationException">A node was taken for lost.</exception>
    static async Task<double> Nodes(DataFolder folder, int slots)
    {
        const int each = 20;
        var launcher = new TimedTrials(TimeSpan.FromMinutes(1));
        var port = CoordinatorNode.FreePort();
        await using var node = await CoordinatorNode.StartAsync(folder, 0, 0, launcher, port);
        var lost = node.LostNodes();
        var nodes = new List<CoordinatorNode>();
        try
        {
            for (var number = 1; number <= slots / each; number++)
                nodes.Add(
                    await CoordinatorNode.JoinAsync(new DataFolder(Path.Combine(folder.Root, $"node-{number}")), each, launcher, port)
                );
            await node.MembersAsync(nodes.Count + 1);
            var busy = node.FirstAsync(state => state.Leases.Count == slots);
            var began = TimeProvider.System.GetTimestamp();
            await node.SubmitAsync(FinishedSweeps.Spec(Name, slots), "file");
            await busy;
            var took = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            await Task.Delay(TimeSpan.FromSeconds(20));
            return lost() == 0 ? took : throw new InvalidOperationException($"{lost()} nodes were taken for lost");
        }
        finally
        {
            await Task.WhenAll(nodes.Select(joined => joined.DisposeAsync().AsTask()));
        }
    }

    static async Task<double> Sweep(
        DataFolder folder,
        string file,
        int workers,
        int evaluators,
        TimeSpan duration,
        Func<SweepState, bool> isDone,
        bool checkpoints = true,
        bool improves = false
    )
    {
        var spec = SweepFile.Parse(file, "scale.yaml");
        await using var node = await CoordinatorNode.StartAsync(
            folder,
            workers,
            evaluators,
            new TimedTrials(duration, checkpoints, improves)
        );
        var done = node.FirstAsync(isDone);
        var began = TimeProvider.System.GetTimestamp();
        await node.SubmitAsync(spec, file);
        await done;
        return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    static async Task<double> Recovered(DataFolder folder)
    {
        await using var node = await CoordinatorNode.StartAsync(folder, 0, 0, new TimedTrials(TimeSpan.Zero));
        await Described(node);
        return await node.MetricAsync("orchestrator_journal_recovery_duration_seconds_sum");
    }

    static Task<SweepProtocol.Description> Described(CoordinatorNode node, string sweep = Name) =>
        node.Coordinator.Ask<SweepProtocol.Description>(new SweepProtocol.Describe(sweep), TimeSpan.FromMinutes(10));
}
