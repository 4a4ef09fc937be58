using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Evaluations;

/// <summary>The figures of trained flows, computed again by a program that knows nothing but what <c>docs/recompute.md</c> says.</summary>
public sealed class RecomputeSpecs
{
    /// <summary>Every base, architecture, coupling and mixing, and a learned and a fixed concentration.</summary>
    const string Sweep = """
        name: recomputed
        dataset: digits
        seed: 5
        trial:
          training: { epochs: 1, batch_size: 64, learning_rate: 3.0e-3, ema: 0.9 }
        parameters:
          trial:
            - flow: { architecture: glow, levels: 2, steps: 2, hidden: 8 }
              base: { distribution: gaussian }
            - flow: { architecture: glow, levels: 2, steps: 1, hidden: 8, mixing: permutation, coupling: spline }
              base: { distribution: von-mises-fisher, kappa: 1.5d, concentration: learned }
            - flow: { architecture: glow, levels: 1, steps: 1, hidden: 4, coupling: additive }
              base: { distribution: dirichlet, alpha: 2, concentration: learned }
            - flow: { architecture: realnvp, levels: 2, steps: 2, hidden: 8 }
              base: { distribution: von-mises-fisher, kappa: 100 }
        evaluation: { samples: 20, kid: { subsets: 2, subset_size: 10 }, interpolation: { pairs: 4, points: 3 } }
        """;

    [Fact]
    public async Task Bits_per_dimension_are_found_again_from_the_pages_alone()
    {
        Needs.Program("python3", "python3");
        using var folder = new SweepFolder(Sweep);
        await using (var sweep = folder.Sweep())
            await sweep.ExitsWith(0);
        var script = Path.Combine(Checkout.Repository, "tests", "Orchestrator.EndToEnd.Tests", "Recompute", "recompute.py");
        var digits = Path.Combine(Checkout.Repository, "src", "Orchestrator.Training", "Data", "digits.csv.gz");
        for (var trial = 1; trial <= 4; trial++)
        {
            var (checkpoint, evaluation) = (CheckpointOf(folder, trial), folder.Data.Evaluation("recomputed", trial, 1));
            // All images of a draw take a while where the flow is not small.
            string[] whole = trial == 3 ? ["--whole"] : [];
            await using var again = Run.Start("python3", folder.Root, ["-I", script, checkpoint, evaluation, digits, .. whole]);
            await again.ExitsWith(0);
            Assert.Contains("test image 9, draw 1: ", again.Output, StringComparison.Ordinal);
            if (trial == 3)
                Assert.Contains("validation split: ", again.Output, StringComparison.Ordinal);
        }

        await A_figure_that_is_not_the_flows_is_told(folder, script, digits);
    }

    /// <summary>The comparison can fail: it is not the script that makes the figures agree.</summary>
    static async Task A_figure_that_is_not_the_flows_is_told(SweepFolder folder, string script, string digits)
    {
        var evaluation = folder.Data.Evaluation("recomputed", 1, 1);
        var details = Path.Combine(evaluation, "details.json");
        var written = JsonDocument.Parse(await File.ReadAllTextAsync(details, TestContext.Current.CancellationToken));
        var figure = written.RootElement.GetProperty("test").GetProperty("first_images")[4][1].GetRawText();
        var wrong = written.RootElement.GetRawText().Replace(figure, $"{figure}e-1", StringComparison.Ordinal);
        await File.WriteAllTextAsync(details, wrong, TestContext.Current.CancellationToken);
        await using var again = Run.Start("python3", folder.Root, "-I", script, CheckpointOf(folder, 1), evaluation, digits);
        await again.ExitsWith(1);
        Assert.Contains("bits per dimension differ: test image 4, draw 1", again.Errors, StringComparison.Ordinal);
    }

    static string CheckpointOf(SweepFolder folder, int trial) =>
        Directory.GetDirectories(Path.Combine(folder.Data.Attempt("recomputed", trial, 1), "checkpoints")).Max(StringComparer.Ordinal)!;
}
