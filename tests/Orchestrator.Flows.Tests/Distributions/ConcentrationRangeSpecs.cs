using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Interpolation;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests.Distributions;

/// <summary>Every figure of a concentration over all that the sweep file accepts, and 20 times beyond it either way, as far as learning may
/// go.</summary>
public sealed class ConcentrationRangeSpecs
{
    const double Tolerance = 1e-11;

    [Fact]
    public void Constants_of_von_mises_fisher_keep_11_digits() =>
        Check(
            "vmf_concentrations.csv",
            (row, wrong) =>
            {
                var (dimension, kappa) = (int.Parse(row["dimension"]), Golden.Number(row["kappa"]));
                var constants = VonMisesFisherConstants.Of(dimension + 1, kappa);
                var distribution = new VonMisesFisher(dimension, kappa);
                var (peak, oneLessMean, variance) = (
                    Golden.Number(row["log_peak"]),
                    Golden.Number(row["one_less_mean"]),
                    Golden.Number(row["variance"])
                );
                wrong("log peak", peak, constants.LogPeak);
                wrong("normaliser", peak - kappa, VonMisesFisherConstants.LogNormalizer(dimension + 1, kappa));
                wrong("mean", Golden.Number(row["mean"]), VonMisesFisherConstants.MeanResultantLength(dimension + 1, kappa));
                wrong("1 - mean", oneLessMean, constants.OneLessMean);
                wrong("variance", variance, constants.Variance);
                wrong("mean of the log-density", peak - kappa * oneLessMean, distribution.LogDensityMean);
                wrong("deviation of the log-density", kappa * Math.Sqrt(variance), distribution.LogDensityStandardDeviation);
                CheckPoint(row, distribution, ones(1, dimension, float64), wrong);
            }
        );

    [Fact]
    public void Figures_of_dirichlet_keep_11_digits() =>
        Check(
            "dirichlet_concentrations.csv",
            (row, wrong) =>
            {
                var dimension = int.Parse(row["dimension"]);
                var distribution = new Dirichlet(dimension, Golden.Number(row["alpha"]));
                wrong("mean of the log-density", Golden.Number(row["log_density_mean"]), distribution.LogDensityMean);
                wrong(
                    "deviation of the log-density",
                    Golden.Number(row["log_density_deviation"]),
                    distribution.LogDensityStandardDeviation
                );
                CheckPoint(row, distribution, 1 - 2 * (arange(dimension, float64) % 2).unsqueeze(0), wrong);
            }
        );

    [Theory]
    [InlineData("von-mises-fisher", 1)]
    [InlineData("von-mises-fisher", 2)]
    [InlineData("von-mises-fisher", 64)]
    [InlineData("von-mises-fisher", 3072)]
    [InlineData("dirichlet", 1)]
    [InlineData("dirichlet", 64)]
    [InlineData("dirichlet", 3072)]
    public void Samples_at_either_end_are_finite_and_typical(string name, int dimension)
    {
        foreach (var concentration in new[] { 5e-8, 1e-6, 1e-3, 1e3, 1e6, 1e9, 6e10 })
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(20, CPU);
            var n = dimension > 100 ? 500 : 2000;
            var distribution = BaseDistributions.Create(name, dimension, alpha: concentration, kappa: concentration);
            var samples = distribution.Sample(n, generator);
            Verify.IsGood(samples, n, dimension);
            Verify.IsGood(distribution.LogProb(samples), n);
            // Latents are float32 on their way through a flow.
            var typicality = distribution.Typicality(samples.to(float32));
            Assert.InRange(typicality.mean().item<double>(), -4.5 / Math.Sqrt(n), 4.5 / Math.Sqrt(n));
            Assert.Equal(1, typicality.square().mean().item<double>(), 0.35);
            // A weak von Mises-Fisher in few dimensions has no such moments in the chart: the sphere is all but evenly covered, its north
            // pole too.
            if (concentration < 1 && dimension < 100)
                continue;
            Assert.Equal(0, samples.mean().item<double>(), 5 / Math.Sqrt((double)n * dimension));
            Assert.Equal(1, samples.square().mean().item<double>(), 0.1);
        }
    }

    [Theory]
    [InlineData("von-mises-fisher", 64)]
    [InlineData("von-mises-fisher", 3072)]
    [InlineData("dirichlet", 64)]
    public void Gradients_at_either_end_are_those_of_differences(string name, int dimension)
    {
        foreach (var concentration in new[] { 1e-6, 1e-3, 1e3, 1e6, 1e9 })
        {
            using var scope = NewDisposeScope();
            var learned = BaseDistributions.Create(name, dimension, alpha: concentration, kappa: concentration, isLearned: true);
            learned.to(float64);
            var ratio = learned.parameters().Single();
            var x = (1.1 * (1 - 2 * (arange(dimension, float64) % 2))).unsqueeze(0).requires_grad_();
            learned.LogProb(x).sum().backward();
            const double Step = 1e-3;
            Agree(ratio.grad!.item<double>(), (At(Step, 1) - At(-Step, 1)) / (2 * Step));
            Agree((x.grad! * x).sum().item<double>(), (At(0, 1 + Step) - At(0, 1 - Step)) / (2 * Step));

            double At(double value, double factor)
            {
                using var noGradient = no_grad();
                ratio.fill_(value);
                return learned.LogProb(x * factor).sum().item<double>();
            }
        }

        static void Agree(double gradient, double difference) => Assert.Equal(difference, gradient, 1e-5 * Math.Abs(difference) + 1e-6);
    }

    // Where all of the density is in a small ball, it is a Gaussian in it, and so are its paths: halfway |x|² is half of what it is at the
    // ends.
    [Theory]
    [InlineData("von-mises-fisher", "sphere", 1)]
    [InlineData("von-mises-fisher", "linear", 1)]
    [InlineData("von-mises-fisher", "small-circle", 0)]
    [InlineData("dirichlet", "simplex", 1)]
    [InlineData("dirichlet", "linear", 1)]
    public void Paths_at_the_far_end_are_those_of_a_gaussian(string name, string scheme, double share)
    {
        const int Dimension = 64;
        foreach (var concentration in new[] { 1e6, 1e9, 6e10 })
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator(21, CPU);
            var distribution = BaseDistributions.Create(name, Dimension, alpha: concentration, kappa: concentration);
            var ends = distribution.Sample(4000, generator).to(float32);
            var path = InterpolationSchemes
                .For(distribution)
                .Single(one => one.Name == scheme)
                .Interpolate(ends[..2000], ends[2000..], 0.5);
            Assert.Equal(share * Dimension / 4 / Math.Sqrt(Dimension / 2), distribution.Typicality(path).mean().item<double>(), 0.1);
        }
    }

    static void CheckPoint(
        IReadOnlyDictionary<string, string> row,
        BaseDistribution distribution,
        Tensor pattern,
        Action<string, double, double> wrong
    )
    {
        using var scope = NewDisposeScope();
        var x = pattern * Golden.Number(row["factor"]);
        wrong("log prob", Golden.Number(row["log_prob"]), distribution.LogProb(x).item<double>());
        wrong("typicality", Golden.Number(row["typicality"]), distribution.Typicality(x).item<double>());
    }

    /// <summary>Gathers what is off by more than 1e-11 of itself. A logarithm may pass 0, and is then off by so much of 1.</summary>
    /// <remarks>Typicality is a difference from the mean, over sums of thousands of rounded terms: 1e-10 of it, or of a deviation where it
    /// is smaller.</remarks>
    static void Check(string file, Action<IReadOnlyDictionary<string, string>, Action<string, double, double>> check)
    {
        var wrong = new List<string>();
        foreach (var row in Golden.Rows(file))
            check(
                row,
                (what, expected, actual) =>
                {
                    var mayPassZero = what is "typicality" or "log peak" or "normaliser" or "mean of the log-density" or "log prob";
                    var size = Math.Max(mayPassZero ? 1 : 0, Math.Abs(expected));
                    if (!(Math.Abs(actual - expected) <= (what == "typicality" ? 10 * Tolerance : Tolerance) * size))
                        wrong.Add(
                            $"{string.Join(',', row.Values.Take(2))}: {what} is {actual:R}, should be {expected:R}, off by "
                                + $"{Math.Abs(actual - expected) / size:G2}"
                        );
                }
            );
        Assert.True(wrong.Count == 0, $"{wrong.Count}\n{string.Join('\n', wrong.Take(40))}");
    }
}
