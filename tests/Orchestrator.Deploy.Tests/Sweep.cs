using System.Text.Json;

namespace Orchestrator.Deploy.Tests;

/// <summary>A small sweep, and how far it is.</summary>
static class Sweep
{
    /// <summary>Trials of about a twentieth of a second an epoch.</summary>
    public static string Yaml(int trials, int epochs) =>
        $$"""
            name: small
            dataset: digits
            trial:
              flow: { architecture: glow, levels: 1, steps: 1, hidden: 8 }
              training: { epochs: {{epochs}}, batch_size: 256, learning_rate: 1.0e-3 }
            parameters:
              training.learning_rate: { choice: [{{string.Join(", ", Enumerable.Range(1, trials).Select(i => $"{i}.0e-4"))}}] }
            evaluation: { samples: 50, kid: { subsets: 2, subset_size: 20 }, interpolation: { pairs: 4, points: 3 } }

            """;

    /// <param name="shown">What <c>sweep show --json</c> printed.</param>
    public static Progress Read(string shown)
    {
        using var json = JsonDocument.Parse(shown);
        var counts = json.RootElement.GetProperty("counts");
        return new Progress(
            json.RootElement.GetProperty("state").GetString()!,
            json.RootElement.GetProperty("epochs_done").GetInt32(),
            Count("pending"),
            Count("running"),
            Count("completed"),
            Count("failed")
        );

        int Count(string state) => counts.GetProperty(state).GetInt32();
    }

    public sealed record Progress(string State, int Epochs, int Pending, int Running, int Completed, int Failed);
}
