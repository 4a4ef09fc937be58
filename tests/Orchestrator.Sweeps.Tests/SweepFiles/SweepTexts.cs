using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;

namespace Orchestrator.Sweeps.Tests.SweepFiles;

/// <summary>Sweep files for the tests of this folder.</summary>
static class SweepTexts
{
    /// <summary>Two lines; what a test adds begins on line 3.</summary>
    public const string Head = "name: a\ndataset: digits\n";

    public const string Full = """
        name: fashion-bases
        dataset: fashion-mnist
        seed: 7
        trial:
          flow:     { architecture: glow, levels: 3, steps: 9, hidden: 65 }
          base:     { distribution: von-mises-fisher, kappa: 1.50d }
          training: { epochs: 11, batch_size: 129, learning_rate: 1.0e-2, warmup_epochs: 0.5, gradient_clip: 2.0, ema: 0.5, precision: float32 }
        parameters:
          base:
            - { distribution: gaussian }
            - { distribution: dirichlet, alpha: 2 }
            - { distribution: von-mises-fisher, kappa: { choice: [1d, 1.5d, 200] } }
          replicate: [1, 2, 3]
          training.learning_rate: [1.0e-4, 3.0e-3]
        search:    { algorithm: grid }
        evaluation: { features: domain, samples: 500, kid: { subsets: 10, subset_size: 100 }, interpolation: { pairs: 20, points: 5, schemes: [linear, slerp] } }
        resources: { device: "cuda:1", threads: 2, gpu_fraction: 0.5 }
        retries:   { crash: 4, out_of_memory: 2, divergence: 0 }
        retention: { keep_last: 2, keep_best: 0, budget: 50GiB }
        """;

    public static SweepSpec Parse(string text) => SweepFile.Parse(text, "x.yaml");

    /// <summary>Every problem of a file that must not be read.</summary>
    public static string[] Problems(string text) =>
        [.. Assert.Throws<SweepFileException>(() => Parse(text)).Problems.Select(problem => problem.ToString())];

    public static IEnumerable<string> ShippedNames =>
        typeof(SweepTexts).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".yaml", StringComparison.Ordinal));

    /// <summary>A sweep of the repository, or the page that describes the sweep file.</summary>
    public static string Shipped(string name)
    {
        using var reader = new StreamReader(typeof(SweepTexts).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
