using System.Globalization;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tests.SweepFiles;

namespace Orchestrator.Sweeps.Tests.Search;

/// <summary>TPE against random search on functions whose least value is known, by pairs of sweeps with the same seed.</summary>
public sealed class TpeQualitySpecs(ITestOutputHelper output)
{
    const int Trials = 80,
        Pairs = 30;

    /// <summary>By how much fewer than 100 runs may come out behind: what their interval and that of the peer leave open.</summary>
    const double Margin = 0.15;

    static readonly string[] Reals =
    [
        "training.learning_rate: { uniform: [1, 2] }",
        "training.ema: { uniform: [0, 0.5] }",
        "training.warmup_epochs: { uniform: [0, 10] }",
        "training.gradient_clip: { uniform: [1, 3] }",
        "base.alpha: { uniform: [1, 9] }",
        "training.weight_decay: { uniform: [0, 1] }",
    ];

    const string Conditional = """
        base:
            - { distribution: gaussian }
            - { distribution: dirichlet, alpha: { log_uniform: [0.01, 100] } }
            - { distribution: von-mises-fisher, kappa: { log_uniform: [0.1d, 10d] } }
          flow.steps: { log_int_uniform: [1, 64] }
          flow.coupling: [affine, additive, spline]
        """;

    [Theory]
    // The last number is what Optuna's TPE (5.0.0.dev, August 2026, the same presets) came to on these functions: the mean decimal
    // logarithm of 100 runs, whose 95 % interval is 0.02 to 0.12 to either side.
    [InlineData("branin", false, 1, -1.14)]
    [InlineData("branin", true, 1, -1.33)]
    [InlineData("branin", true, 8, -1.08)]
    [InlineData("hartmann-6", false, 1, -0.35)]
    [InlineData("hartmann-6", true, 1, -0.71)]
    [InlineData("hartmann-6", true, 8, -0.45)]
    [InlineData("conditional", false, 1, -1.89)]
    [InlineData("conditional", true, 1, -1.93)]
    [InlineData("conditional", true, 8, -1.85)]
    public void It_beats_random_search_and_is_not_behind_a_peer(string function, bool isMultivariate, int slots, double peer)
    {
        // By how many factors of ten the best value is nearer to the least one.
        var distances = Enumerable.Range(0, Pairs).Select(seed => (Random: Log("random", seed), Tpe: Log("tpe", seed))).ToList();
        var gains = distances.ConvertAll(pair => pair.Random - pair.Tpe);
        var gain = gains.Average();
        // Student's t for 29 degrees of freedom and 95 %.
        var error = 2.045 * Math.Sqrt(gains.Sum(one => (one - gain) * (one - gain)) / (Pairs - 1) / Pairs);
        var distance = distances.Average(pair => pair.Tpe);

        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{function}, {(isMultivariate ? "multivariate" : "univariate")}, {slots} at once: after {Trials} trials 10^{distance:F2} "
                    + $"from the least value, {gain:F2} [{gain - error:F2}, {gain + error:F2}] decades nearer than random; "
                    + $"peer 10^{peer:F2}"
            )
        );
        Assert.True(gain - error > 0, $"{gain:F3} ± {error:F3}");
        Assert.True(distance <= peer + Margin, $"{distance:F3}");

        double Log(string algorithm, int seed) => Math.Log10(Regret(function, algorithm, isMultivariate, slots, seed));
    }

    static double Regret(string function, string algorithm, bool isMultivariate, int slots, int seed)
    {
        var parameters = function switch
        {
            "branin" => string.Join("\n  ", Reals[..2]),
            "hartmann-6" => string.Join("\n  ", Reals),
            _ => Conditional,
        };
        var spec = SweepTexts.Parse(
            $"name: a\ndataset: digits\nseed: {seed}\nsearch: {{ algorithm: {algorithm}, trials: 10 }}\ntrial: {{ training.optimizer: adamw"
                + (function == "hartmann-6" ? ", base: { distribution: dirichlet, alpha: 1 }" : "")
                + $" }}\nparameters:\n  {parameters}\n"
        );
        spec = spec with
        {
            Search = spec.Search with
            {
                Start = KnownNames.Random,
                Preset = isMultivariate ? SearchSpec.Multivariate : SearchSpec.Univariate,
            },
        };
        var (history, best) = (SearchHistory.Of(spec), double.PositiveInfinity);
        var running = new Queue<(int Number, double Value)>();
        for (var (number, point) = (1, 0); number <= Trials; number++)
        {
            if (running.Count == slots)
                End();
            var suggestion = Searcher.Next(spec, history, point)!;
            point = suggestion.Point + 1;
            history = history.Added(number, suggestion.Assignment);
            running.Enqueue((number, Value(function, history.Dimensions.Coordinates(suggestion.Assignment))));
        }

        while (running.Count > 0)
            End();
        return best;

        void End()
        {
            var (number, value) = running.Dequeue();
            history = history.Ended(number, value);
            best = Math.Min(best, value);
        }
    }

    /// <returns>Above the least value that the function has.</returns>
    static double Value(string function, double?[] unit) =>
        function switch
        {
            "branin" => Branin(15 * unit[0]!.Value - 5, 15 * unit[1]!.Value) - 0.39788735,
            "hartmann-6" => Hartmann([.. unit.Select(u => u!.Value)]) + 3.32236802,
            _ => ByBase(unit),
        };

    static double Branin(double x, double y) =>
        Math.Pow(y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6, 2) + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x) + 10;

    static double Hartmann(double[] x)
    {
        double[] weights = [1, 1.2, 3, 3.2];
        double[][] scales =
        [
            [10, 3, 17, 3.5, 1.7, 8],
            [0.05, 10, 17, 0.1, 8, 14],
            [3, 3.5, 1.7, 10, 17, 8],
            [17, 8, 0.05, 10, 0.1, 14],
        ];
        double[][] centres =
        [
            [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
            [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
            [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650],
            [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
        ];
        return -Enumerable
            .Range(0, 4)
            .Sum(i => weights[i] * Math.Exp(-Enumerable.Range(0, 6).Sum(j => scales[i][j] * Math.Pow(x[j] - centres[i][j], 2))));
    }

    /// <summary>The base decides which other parameter there is and how good a configuration can be.</summary>
    static double ByBase(double?[] unit) =>
        0.01
        + (
            unit[1] is { } alpha ? 0.3 + Math.Pow(alpha - 0.2, 2)
            : unit[2] is { } kappa ? 2 * Math.Pow(kappa - 0.6, 2)
            : 0.5
        )
        + Math.Pow(unit[3]!.Value - 0.7, 2)
        + (int)(unit[4]!.Value * 3) * 0.2;
}
