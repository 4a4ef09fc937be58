using System.Globalization;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.EndToEnd.Tests.Nodes;

/// <summary>Something else answers where a node was: the others go on, and so does what they work on.</summary>
public sealed class StrangerSpecs(DigitsFeatures features)
{
    static readonly Stranger[] OnDeadPorts =
    [
        Stranger.AcceptsAndCloses,
        Stranger.SpeaksHttp,
        Stranger.Resets,
        Stranger.ShowsAnExpiredCertificate,
        Stranger.ShowsACertificateOfAnotherAuthority,
    ];

    /// <summary>How long the strangers stay: STRANGER_SECONDS=60 for the long form.</summary>
    static readonly TimeSpan Stay = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("STRANGER_SECONDS") ?? "12", CultureInfo.InvariantCulture)
    );

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_node_leaves_and_the_sweep_loses_nothing_while_strangers_answer_for_dead_members()
    {
        const int Coordinator = 0,
            Worker = 1,
            FirstDead = 2;
        using var folder = await features.FolderAsync(
            $$"""
            name: small
            dataset: digits
            seed: 3
            trial:
              flow: { architecture: glow, levels: 2, steps: 2, hidden: 16 }
              training: { epochs: {{60 + 3 * (int)Stay.TotalSeconds}}, batch_size: 64, learning_rate: 1.0e-3 }
            parameters:
              replicate: [1, 2]
            evaluation: { samples: 100, kid: { subsets: 10, subset_size: 50 }, interpolation: { pairs: 20, points: 3 } }
            """
        );
        using var other = new TestAuthority();
        await using var cluster = new TlsCluster(FirstDead + OnDeadPorts.Length, folder.Root);
        int[] seeds = [Coordinator, Worker];
        var coordinator = cluster.Start(Coordinator, "coordinator", seeds);
        var worker = cluster.Start(Worker, "worker", seeds, "--role", "evaluator", "--slots", "1");
        var living = new[] { coordinator, worker };
        await cluster.SeesAsync(Coordinator, 2);
        var dead = OnDeadPorts.Select((_, index) => cluster.Start(FirstDead + index, "evaluator", seeds)).ToList();
        await cluster.SeesAsync(Coordinator, 2 + dead.Count);
        await using (var submit = Run.Orchestrator(folder.Root, "sweep", "submit", "sweep.yaml", "--server", cluster.Server(Coordinator)))
            await submit.ExitsWith(0);
        const string Training = "orchestrator_slots{kind=\"training\",state=\"training\"}";
        await cluster.UntilAsync(async () => await cluster.MetricAsync(Worker, Training) > 0);

        foreach (var node in dead)
            node.Kill();
        foreach (var node in dead)
            await node.Exit();
        var strangers = OnDeadPorts
            .Select((kind, index) => new StrangersPort(cluster.Port(FirstDead + index), kind, cluster.Authority, other))
            .ToList();
        await Task.WhenAny(Task.Delay(Stay, Cancel), Task.WhenAny(living.Select(node => node.Exit(Stay * 2))));
        Assert.All(living, node => Assert.False(node.EndsWithin(TimeSpan.Zero), node.ToString()));
        Assert.All(strangers, stranger => Assert.True(stranger.Visits > 1));

        // A node whose port is taken says so, and starts once it is free.
        await cluster.Start(FirstDead, "evaluator", seeds).ExitsWith(2);
        foreach (var stranger in strangers)
            await stranger.DisposeAsync();
        cluster.Start(FirstDead, "evaluator", seeds);
        await cluster.SeesAsync(Coordinator, 3);

        await using var watch = Run.Orchestrator(folder.Root, "sweep", "watch", "small", "--server", cluster.Server(Coordinator));
        await watch.ExitsWith(0, patience: TimeSpan.FromMinutes(6));
        var events = folder.Journal();
        Assert.All([1, 2], trial => Assert.Single(events.OfType<TrialCompleted>(), completed => completed.Trial == trial));
        Assert.All([1, 2], trial => Assert.Single(events.OfType<EvaluationCompleted>(), completed => completed.Trial == trial));
        Assert.Equal(2, events.OfType<LeaseGranted>().Count(lease => lease.Kind == WorkKind.Training));
        foreach (var (node, index) in living.Select((node, index) => (node, index)))
        {
            Assert.False(node.EndsWithin(TimeSpan.Zero), node.ToString());
            var failed = await cluster.MetricAsync(index, "orchestrator_failed_connections_total{direction=\"outbound\"");
            Assert.True(failed >= OnDeadPorts.Length);
            var warnings = node.Errors.Split('\n').Where(line => line.Contains("WarningLevel", StringComparison.Ordinal)).ToList();
            var minutes = (int)Math.Ceiling((Stay + TimeSpan.FromMinutes(1)) / TimeSpan.FromMinutes(1)) + 1;
            for (var port = cluster.Port(FirstDead); port < cluster.Port(FirstDead) + OnDeadPorts.Length; port++)
                Assert.InRange(
                    warnings.Count(line => line.Contains($"no connection to 127.0.0.1:{port}", StringComparison.Ordinal)),
                    1,
                    minutes
                );
        }
    }

    [Theory]
    [InlineData(0, Stranger.AcceptsAndCloses)]
    [InlineData(1, Stranger.SpeaksHttp)]
    [InlineData(2, Stranger.ShowsACertificateOfAnotherAuthority)]
    [InlineData(0, Stranger.StaysSilent)]
    public async Task Nodes_start_with_a_stranger_among_their_seeds_from_the_beginning(int place, Stranger kind)
    {
        using var folder = new SweepFolder();
        using var other = new TestAuthority();
        await using var cluster = new TlsCluster(3, folder.Root);
        int[] seeds = [0, 1, 2];
        var nodes = seeds.Where(seed => seed != place).ToArray();
        await using var stranger = new StrangersPort(cluster.Port(place), kind, cluster.Authority, other);
        cluster.Start(nodes[0], "coordinator", seeds);
        cluster.Start(nodes[1], "worker", seeds, "--slots", "1");

        foreach (var node in nodes)
            await cluster.SeesAsync(node, 2);
        Assert.True(stranger.Visits > 0);
    }
}
