using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Manifolds;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests.Distributions;

public sealed class GoldenDensitySpecs
{
    const double Tolerance = 1e-12;

    [Fact]
    public void Normaliser_and_mean_of_von_mises_fisher()
    {
        foreach (var row in Golden.Rows("vmf_log_normalizer.csv"))
        {
            var (p, kappa) = (int.Parse(row["dim"]), Golden.Number(row["kappa"]));
            Assert.Equal(Golden.Number(row["log_C"]), VonMisesFisherConstants.LogNormalizer(p, kappa), 1e-10);
            Assert.Equal(Golden.Number(row["A_mean_resultant"]), VonMisesFisherConstants.MeanResultantLength(p, kappa), 1e-15);
        }
    }

    [Fact]
    public void Gaussian() =>
        Check("gaussian", (row, x) => Verify.AreClose(Expected(row, "log_p_x"), new Gaussian(5).LogProb(x), Tolerance));

    // The file's chart has scale 1 and ours sqrt(ψ'(alpha)): ours at x / scale, less d ln scale.
    [Fact]
    public void Dirichlet() =>
        Check(
            "dirichlet_ilr_helmert",
            (row, x) =>
            {
                var alpha = Golden.Number(Golden.Parameter(row["params"], "alpha"));
                var scale = Math.Sqrt(SpecialFunctions.Trigamma(alpha));
                Verify.AreClose(Expected(row, "log_p_x"), new Dirichlet(5, alpha).LogProb(x / scale) - 5 * Math.Log(scale), Tolerance);
            }
        );

    [Fact]
    public void Volume_of_the_simplex_chart() =>
        Check(
            "dirichlet_ilr_helmert",
            (row, x) =>
            {
                var chart = new SimplexChart(5);
                // The file's is in Lebesgue measure on the first d parts.
                Verify.AreClose(Expected(row, "log_det_of_map"), chart.ToLogParts(x).sum(-1) + chart.LogVolume, Tolerance);
            }
        );

    [Fact]
    public void Von_mises_fisher() =>
        Check(
            "vmf_stereographic",
            (row, x) =>
            {
                var distribution = new VonMisesFisher(5, Golden.Number(Golden.Parameter(row["params"], "kappa")));
                var a = distribution.MeanCosine;
                var ratio = Math.Sqrt(5 * (1 + a) / (1 - a)) / Golden.Number(Golden.Parameter(row["params"], "s"));
                Verify.AreClose(Expected(row, "log_p_x"), distribution.LogProb(x * ratio) + 5 * Math.Log(ratio), Tolerance);
            }
        );

    [Fact]
    public void Volume_of_the_sphere_chart() =>
        Check(
            "vmf_stereographic",
            (row, x) =>
            {
                var chart = new SphereChart(5, Golden.Number(Golden.Parameter(row["params"], "s")));
                Verify.AreClose(Expected(row, "log_det_of_map"), chart.LogVolume(x), Tolerance);
            }
        );

    [Theory]
    [InlineData(1, 0.617876, 57.6141)]
    [InlineData(1.5, 0.720667, 69.4937)]
    [InlineData(2, 0.780718, 79.7910)]
    public void Mean_cosine_and_scale_at_784_dimensions(double kappaPerDimension, double mean, double scale)
    {
        var distribution = new VonMisesFisher(784, 784 * kappaPerDimension);
        Assert.Equal(mean, distribution.MeanCosine, 5e-7);
        Assert.Equal(scale, Math.Sqrt(784 * (1 + distribution.MeanCosine) / (1 - distribution.MeanCosine)), 5e-5);
    }

    // Only what is ours: symmetric concentrations, and the mean at the south pole.
    static void Check(string distribution, Action<IReadOnlyDictionary<string, string>, Tensor> check)
    {
        var rows = Golden
            .Rows("base_log_prob.csv")
            .Where(row =>
                row["base"] == distribution
                && !row["params"].Contains("mu=e1")
                && !row["params"].Contains("mu=generic")
                && !row["params"].StartsWith("alpha=0.5 ", StringComparison.Ordinal)
            )
            .ToList();
        Assert.NotEmpty(rows);
        foreach (var row in rows)
        {
            using var scope = NewDisposeScope();
            check(row, Golden.Row(row["x"]));
        }
    }

    static Tensor Expected(IReadOnlyDictionary<string, string> row, string column) => Golden.Row(row[column]).view(1);
}
