using System.Text.Json;

namespace Orchestrator.Chaos;

/// <summary>The same sweep where nothing breaks: its weights are what every disturbed one must end with.</summary>
static class Reference
{
    /// <remarks>Plans kill a trial's processes more often than the three further attempts that a crashing trial has by default.</remarks>
    public static string SweepFile(string name, ChaosOptions options) =>
        $$"""
            name: {{name}}
            dataset: digits
            seed: 11
            trial:
              flow: { architecture: glow, levels: 2, steps: 2, hidden: 16 }
              training: { epochs: {{options.Epochs}}, batch_size: 64, learning_rate: 1.0e-3 }
            parameters:
              base:
                - { distribution: gaussian }
                - { distribution: dirichlet, alpha: 2 }
                - { distribution: von-mises-fisher, kappa: 1d }
              replicate: [{{string.Join(", ", Enumerable.Range(1, options.Trials / 3))}}]
            retries: { crash: 100 }
            evaluation: { samples: 100, kid: { subsets: 10, subset_size: 50 }, interpolation: { pairs: 20, points: 3 } }
            """;

    /// <remarks>A data folder that has the sweep already is asked for its results alone.</remarks>
    /// <returns>SHA-256 of the final weights by trial number.</returns>
    public static async Task<IReadOnlyDictionary<int, string>> RunAsync(ChaosOptions options)
    {
        var file = Path.Combine(options.Work, "reference.yaml");
        await File.WriteAllTextAsync(file, SweepFile("reference", options));
        var output = await Shell.RunAsync(
            options.Program,
            "sweep",
            "run",
            file,
            "--data-dir",
            options.Reference ?? Path.Combine(options.Work, "reference"),
            "--json"
        );
        return JsonDocument
            .Parse(output)
            .RootElement.GetProperty("trials")
            .EnumerateArray()
            .Select((trial, index) => (index + 1, Hash(trial)))
            .ToDictionary();
    }

    static string Hash(JsonElement trial) =>
        trial.GetProperty("checkpoint") is { ValueKind: JsonValueKind.Object } checkpoint
            ? checkpoint.GetProperty("sha256").GetString()!
            : throw new ChaosException($"the undisturbed sweep failed: {trial}");
}
