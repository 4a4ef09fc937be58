using System.Globalization;
using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Nodes;

/// <summary>Training never keeps a node from saying that it lives.</summary>
[Collection(nameof(Sequential))]
public sealed class HeartbeatSpecs(DigitsFeatures features)
{
    /// <summary>Training processes for each core: more than it has room for.</summary>
    const int Overload = 2;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_is_suspected_while_twice_as_many_trials_train_as_there_are_cores()
    {
        var slots = Overload * Environment.ProcessorCount;
        using var folder = await features.FolderAsync(
            $$"""
            name: small
            dataset: digits
            seed: 3
            trial:
              flow: { architecture: glow, levels: 2, steps: 4, hidden: 64 }
              training: { epochs: 30, batch_size: 64, learning_rate: 1.0e-3 }
            parameters:
              replicate: [{{string.Join(", ", Enumerable.Range(1, slots))}}]
            evaluation: { samples: 100, kid: { subsets: 10, subset_size: 50 }, interpolation: { pairs: 20, points: 3 } }
            """
        );
        var ports = FreePorts.Row(4);
        await using var coordinator = Node(folder, ports, index: 0, "coordinator");
        await coordinator.Wrote("node akka");
        await using var worker = Node(folder, ports, index: 1, "worker", "--role", "evaluator", "--slots", Text(slots));
        await worker.Wrote("node akka");
        await using (
            var submit = Run.Orchestrator(folder.Root, "sweep", "submit", "sweep.yaml", "--server", $"http://127.0.0.1:{ports + 2}")
        )
            await submit.ExitsWith(0);

        using var client = new HttpClient();
        var busiest = 0.0;
        await using var watch = Run.Orchestrator(folder.Root, "sweep", "watch", "small", "--server", $"http://127.0.0.1:{ports + 2}");
        for (var end = watch.Exit(); !end.IsCompleted; await Task.WhenAny(end, Task.Delay(200, Cancel)))
            busiest = Math.Max(busiest, await Metric(client, ports + 3, "orchestrator_slots{kind=\"training\",state=\"training\"}") ?? 0);
        await watch.ExitsWith(0);

        Assert.Equal(slots, busiest);
        foreach (var port in new[] { ports + 2, ports + 3 })
            Assert.Equal(0, await Metric(client, port, "orchestrator_cluster_member_events_total{event=\"unreachable\"}") ?? 0);
        Assert.Equal(2, await Metric(client, ports + 2, "orchestrator_cluster_members{status=\"up\"}"));
    }

    /// <param name="ports">The first of four in a row: two of the nodes, two of their HTTP endpoints.</param>
    static Run Node(SweepFolder folder, int ports, int index, string role, params string[] more) =>
        Run.Orchestrator(
            folder.Root,
            [
                "node",
                "start",
                "--role",
                role,
                "--data-dir",
                "runs",
                "--port",
                Text(ports + index),
                "--http-port",
                Text(ports + 2 + index),
                "--seed",
                $"127.0.0.1:{ports}",
                "--seed",
                $"127.0.0.1:{ports + 1}",
                .. more,
            ]
        );

    static async Task<double?> Metric(HttpClient client, int port, string series)
    {
        var text = await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"), Cancel);
        return text.Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal)) is { } found
            ? double.Parse(found[(series.Length + 1)..], CultureInfo.InvariantCulture)
            : null;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
