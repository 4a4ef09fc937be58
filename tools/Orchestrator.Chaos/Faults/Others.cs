namespace Orchestrator.Chaos.Faults;

sealed class KillEvaluator : Fault
{
    public override string Name => "kill -9 of the evaluator";

    public override async Task InjectAsync(ChaosCluster cluster, Random random, Record record)
    {
        record.Target = cluster.Evaluator.Name;
        cluster.Evaluator.Signal(Signal.Kill);
        record.Noticed = await NoticedAsync(cluster, cluster.Evaluator);
    }
}

sealed class RestartDatabase : Fault
{
    public override string Name => "PostgreSQL crash and restart, 1 to 8 s away";

    public override int Weight => 2;

    public override async Task InjectAsync(ChaosCluster cluster, Random random, Record record)
    {
        var away = TimeSpan.FromSeconds(random.Next(1, 9));
        record.Target = $"{away.TotalSeconds:F0} s";
        await cluster.Database.CrashAsync();
        await Task.Delay(away);
        await cluster.Database.BeginAsync();
    }
}

/// <summary>The disk of the data folder is full for a while.</summary>
sealed class FullDisk : Fault
{
    public override string Name => "full disk, 8 to 15 s";

    public override bool NeedsRoot => true;

    public override async Task InjectAsync(ChaosCluster cluster, Random random, Record record)
    {
        var away = TimeSpan.FromSeconds(random.Next(8, 16));
        record.Target = $"{away.TotalSeconds:F0} s";
        var ballast = Path.Combine(cluster.Folder.Root, "ballast");
        try
        {
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            while (System.Diagnostics.Stopwatch.GetElapsedTime(began) < away)
            {
                // What others free meanwhile is taken too.
                await Shell.TryAsync("sh", "-c", $"cat /dev/zero >> '{ballast}'");
                await Task.Delay(500);
            }
        }
        finally
        {
            File.Delete(ballast);
        }
    }
}

/// <summary>A node comes back with a clock that is an hour ahead.</summary>
sealed class SkewedClock : Fault
{
    /// <summary>Preloaded, it makes the wall clock of a process wrong by <c>CLOCK_SKEW</c> seconds, and nothing else.</summary>
    public static string Library { get; } = Path.Combine(AppContext.BaseDirectory, "skewed_clock.so");

    public override string Name => "restart with the clock an hour ahead, or right again";

    public override bool IsPossible => Shell.Has("cc");

    public override async Task InjectAsync(ChaosCluster cluster, Random random, Record record)
    {
        if (!File.Exists(Library))
            await Shell.RunAsync("cc", "-O2", "-shared", "-fPIC", "-o", Library, Path.ChangeExtension(Library, ".c"));
        var node = Any(cluster.Nodes, random);
        record.Target = node.Name;
        node.ClockSkew = node.ClockSkew == 0 ? 3600 : 0;
        node.Signal(Signal.Kill);
        record.Noticed = await NoticedAsync(cluster, node);
    }
}
