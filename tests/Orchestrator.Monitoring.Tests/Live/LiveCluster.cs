using System.Globalization;

namespace Orchestrator.Monitoring.Tests.Live;

/// <summary>A coordinator, two workers and an evaluator of this checkout, on loopback, and a small sweep for them.</summary>
sealed class LiveCluster : IAsyncDisposable
{
    const string Sweep = """
        name: watched
        dataset: digits
        seed: 3
        trial:
          flow: { architecture: glow, levels: 2, steps: 2, hidden: 16 }
          training: { epochs: 40, batch_size: 64, learning_rate: 1.0e-3 }
        parameters:
          training.learning_rate: { log_uniform: [1.0e-4, 3.0e-3] }
        search: { algorithm: random, trials: 16 }
        scheduler: { algorithm: asha, min_epochs: 10, max_epochs: 40, reduction: 2 }
        evaluation: { samples: 100, kid: { subsets: 10, subset_size: 50 }, interpolation: { pairs: 20, points: 3 } }
        retention: { keep_last: 1, keep_best: 1 }
        """;

    static readonly (string Role, string[] More)[] Roles =
    [
        ("coordinator", []),
        ("worker", ["--slots", "1"]),
        ("worker", ["--slots", "1"]),
        ("evaluator", []),
    ];

    readonly TemporaryFolder _directory = new();
    readonly int _ports = FreePorts.Row(2 * Roles.Length);
    readonly List<Run> _nodes = [];

    /// <summary>Where the coordinator's HTTP endpoints are.</summary>
    public string Coordinator => Address(Roles.Length);

    /// <summary>The second of the workers.</summary>
    public string Victim => Address(2);

    public string Folder => _directory.Path;

    public async Task Start()
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "sweep.yaml"), Sweep, TestContext.Current.CancellationToken);
        for (var index = 0; index < Roles.Length; index++)
        {
            string[] arguments =
            [
                "node",
                "start",
                "--role",
                Roles[index].Role,
                "--seed",
                Address(0),
                "--seed",
                Address(1),
                "--port",
                Port(index),
                "--http-port",
                Port(Roles.Length + index),
                "--data-dir",
                "runs",
                .. Roles[index].More,
            ];
            _nodes.Add(Run.Orchestrator(Folder, arguments));
            // The first of the seeds founds the cluster; the others may come together.
            if (index == 0)
                await _nodes[0].Wrote("node akka");
        }

        await Task.WhenAll(_nodes.Select(node => node.Wrote("node akka")));
    }

    public async Task Submit()
    {
        await using var submit = Run.Orchestrator(Folder, "sweep", "submit", "sweep.yaml", "--server", $"http://{Coordinator}");
        await submit.ExitsWith(0);
    }

    public void KillVictim() => _nodes[2].Kill();

    public override string ToString() => string.Join("\n", _nodes);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
        _directory.Dispose();
    }

    string Address(int index) => $"127.0.0.1:{Port(index)}";

    string Port(int index) => (_ports + index).ToString(CultureInfo.InvariantCulture);
}
