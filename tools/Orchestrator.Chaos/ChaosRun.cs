using Orchestrator.Chaos.Faults;
using Orchestrator.Chaos.Network;

namespace Orchestrator.Chaos;

/// <summary>One run: an undisturbed reference, then sweeps on a cluster that is broken by plan, then the verdict.</summary>
static class ChaosRun
{
    static readonly TimeSpan HealthLimit = TimeSpan.FromSeconds(120),
        EndLimit = TimeSpan.FromMinutes(10);
    const int DataFolderMegabytes = 512;

    /// <returns>What is wrong; empty where everything held.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(ChaosOptions options, Action<string> say)
    {
        Directory.CreateDirectory(options.Work);
        var links = !options.Loopback && await NamespaceNetwork.IsAllowedAsync();
        var root = Environment.UserName == "root";
        say(
            $"seed {options.Seed}, {options.Faults} faults, "
                + $"{(links ? "nodes in network namespaces, with mutual TLS" : "nodes on loopback")}"
        );
        var reference = await Reference.RunAsync(options);
        say("the undisturbed sweep is done");
        if (root)
            await MountAsync(options);
        var records = new List<Record>();
        var problems = new List<string>();
        try
        {
            await using var cluster = await ChaosCluster.StartAsync(
                links ? new NamespaceNetwork() : new LoopbackNetwork(),
                options.Program,
                options.Work
            );
            await WholeAsync(cluster, "at the start");
            await BreakAsync(cluster, options, links, root, reference, records, problems, say);
            await cluster.LeaveAsync();
            var left = Shell.Processes(DataFolder(options));
            if (left.Count > 0)
                problems.Add($"{left.Count} processes are left behind: {string.Join(", ", left)}");
        }
        finally
        {
            if (root)
                await Shell.TryAsync("umount", "-l", DataFolder(options));
        }

        var table = ReliabilityTable.Of(options, links, records, problems);
        say(table);
        if (options.Table is { } file)
            await File.WriteAllTextAsync(file, table);
        return problems;
    }

    static async Task BreakAsync(
        ChaosCluster cluster,
        ChaosOptions options,
        bool links,
        bool root,
        IReadOnlyDictionary<int, string> reference,
        List<Record> records,
        List<string> problems,
        Action<string> say
    )
    {
        var random = new Random(options.Seed);
        using var plan = FaultPlan.Of(random, links, root).GetEnumerator();
        for (var sweep = 1; records.Count < options.Faults; sweep++)
        {
            cluster.Current = $"chaos-{sweep}";
            await SubmitAsync(cluster, options);
            while (records.Count < options.Faults && cluster.Sweep(cluster.Current) is not { IsOver: true })
            {
                plan.MoveNext();
                var record = new Record(records.Count + 1, plan.Current.Name);
                await plan.Current.InjectAsync(cluster, random, record);
                if (record.Target.Length == 0)
                    continue;
                records.Add(record);
                say($"{record.Number}: {record.Fault} ({record.Target}){Figures(record)}");
                await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 3));
                if (await WholeAsync(cluster, $"after fault {record.Number}") is { } broken)
                    problems.Add(broken);
            }

            if (await Patience.UntilAsync(() => Task.FromResult(cluster.Sweep(cluster.Current) is { IsOver: true }), EndLimit) is null)
                problems.Add($"{cluster.Current} did not end within {EndLimit.TotalMinutes:F0} minutes");
            problems.AddRange(await Verdict.OfAsync(cluster, reference));
            say($"{cluster.Current} is over{(problems.Count == 0 ? "" : ": " + string.Join("; ", problems))}");
        }
    }

    static async Task<string?> WholeAsync(ChaosCluster cluster, string when) =>
        await Patience.UntilAsync(cluster.IsWholeAsync, HealthLimit) is null
            ? $"the cluster was not whole {HealthLimit.TotalSeconds:F0} s {when}"
            : null;

    static async Task SubmitAsync(ChaosCluster cluster, ChaosOptions options)
    {
        var file = Path.Combine(options.Work, cluster.Current + ".yaml");
        await File.WriteAllTextAsync(file, Reference.SweepFile(cluster.Current, options));
        if (
            await Patience.UntilAsync(async () => await cluster.CallAsync(cluster.Nodes[0], "/api/sweeps/", file) is not null, HealthLimit)
            is null
        )
            throw new ChaosException($"{cluster.Current} was not accepted");
    }

    static string Figures(Record record)
    {
        var figures = new[]
        {
            ("noticed", record.Noticed),
            ("in the queue again", record.GivenUp),
            ("goes on", record.GoesOn),
            ("failover", record.Failover),
        }
            .Where(figure => figure.Item2 is not null)
            .Select(figure => $"{figure.Item1} {figure.Item2!.Value.TotalSeconds:F1} s");
        return string.Concat(figures.Select(figure => ", " + figure))
            + (record.Interrupted is > 0 ? $", INTERRUPTED {record.Interrupted}" : "");
    }

    static string DataFolder(ChaosOptions options) => Path.Combine(options.Work, "data");

    // A small disk of its own, that can be filled.
    static async Task MountAsync(ChaosOptions options)
    {
        Directory.CreateDirectory(DataFolder(options));
        await Shell.RunAsync("mount", "-t", "tmpfs", "-o", $"size={DataFolderMegabytes}m", "tmpfs", DataFolder(options));
    }
}
