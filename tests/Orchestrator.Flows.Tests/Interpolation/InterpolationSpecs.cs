using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Interpolation;
using Orchestrator.Flows.Manifolds;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests.Interpolation;

public sealed class InterpolationSpecs
{
    public static TheoryData<string> BaseNames => [.. BaseDistributions.Names];

    [Fact]
    public void Paths_are_the_golden_ones()
    {
        var schemes = new Dictionary<string, InterpolationScheme>
        {
            ["LI"] = new LinearInterpolation(),
            ["NCLI"] = new NormCorrectedInterpolation(),
            ["slerp_with_norm_change"] = new SphericalInterpolation(),
            ["variance_preserving_LI"] = new VariancePreservingInterpolation(),
            ["simplex_line_via_ilr"] = new SimplexInterpolation(new SimplexChart(5)),
            ["sphere_slerp_via_stereographic_s2.5"] = new SphereInterpolation(new SphereChart(5, 2.5)),
        };
        using var scope = NewDisposeScope();
        var rows = Golden.Rows("interpolation.csv").ToList();
        var a = Golden.Row(rows[0]["latent"]);
        var b = Golden.Row(rows[4]["latent"]);
        foreach (var row in rows)
            Verify.AreClose(Golden.Row(row["latent"]), schemes[row["scheme"]].Interpolate(a, b, Golden.Number(row["lambda"])), 1e-12);
        Assert.Equal(schemes.Keys.Order(), rows.Select(row => row["scheme"]).Distinct().Order());
    }

    [Theory, MemberData(nameof(BaseNames))]
    public void Every_scheme_starts_at_a_ends_at_b_and_is_finite_between(string name)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        var distribution = BaseDistributions.Create(name, 64, 2, 64);
        var a = distribution.Sample(8, generator).to(float32);
        var b = distribution.Sample(8, generator).to(float32);
        foreach (var scheme in InterpolationSchemes.For(distribution))
        {
            Verify.AreClose(a, scheme.Interpolate(a, b, 0), 1e-5);
            Verify.AreClose(b, scheme.Interpolate(a, b, 1), 1e-5);
            var middle = scheme.Interpolate(a, b, 0.5);
            Verify.IsGood(middle, 8, 64);
            Assert.Equal(float32, middle.dtype);
            Verify.AreClose(middle, scheme.Interpolate(b, a, 0.5), 1e-5);
        }
    }

    [Theory, MemberData(nameof(BaseNames))]
    public void Equal_opposite_and_zero_ends_stay_finite(string name)
    {
        using var scope = NewDisposeScope();
        var distribution = BaseDistributions.Create(name, 6, 2, 6);
        var a = Draw.Normal(2, float64, 3, 6);
        foreach (var scheme in InterpolationSchemes.For(distribution))
        {
            // The variance-preserving path takes its ends for independent, and leaves even a point.
            if (scheme is not VariancePreservingInterpolation)
                Verify.AreClose(a, scheme.Interpolate(a, a, 0.3), 1e-9);
            Verify.IsGood(scheme.Interpolate(a, -a, 0.5), 3, 6);
            Verify.IsGood(scheme.Interpolate(zeros_like(a), zeros_like(a), 0.5), 3, 6);
        }
    }

    // What each manifold's own straight path does to the typical set at the midpoint. Gaussian: sqrt(d/8). Dirichlet(2), n = 785 parts: the
    // mean of log z goes from ψ(2) to ψ(4) - ln 2, so sqrt(n) 0.14018 / sqrt(ψ'(2) - n ψ'(2n)). Von Mises-Fisher: the cosine goes from
    // 0.618 to 0.743.
    [Theory]
    [InlineData("gaussian", "linear", 9.9)]
    [InlineData("gaussian", "variance-preserving", 0)]
    [InlineData("dirichlet", "simplex", 10.32)]
    [InlineData("von-mises-fisher", "sphere", 6.7)]
    [InlineData("von-mises-fisher", "small-circle", 0)]
    public void Midpoints_leave_the_typical_set_by_the_known_number_of_deviations(string name, string scheme, double expected)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        var distribution = BaseDistributions.Create(name, 784, 2, 784);
        var path = InterpolationSchemes
            .For(distribution, scheme)
            .Interpolate(distribution.Sample(1000, generator), distribution.Sample(1000, generator), 0.5);
        Assert.Equal(expected, distribution.Typicality(path).mean().item<double>(), 0.15);
    }

    [Fact]
    public void A_small_circle_is_linear_in_the_cosine_to_the_mean_and_goes_round_it_evenly()
    {
        using var scope = NewDisposeScope();
        var chart = new SphereChart(6, 2.5);
        var (a, b) = (Draw.Normal(4, float64, 5, 6), Draw.Normal(5, float64, 5, 6) * 4);
        var total = Angle(a, b);
        foreach (var lambda in new[] { 0, 0.25, 0.9, 1 })
        {
            var x = new SmallCircleInterpolation(chart).Interpolate(a, b, lambda);
            Verify.AreClose(
                (1 - lambda) * chart.CosineToSouthPole(a) + lambda * chart.CosineToSouthPole(b),
                chart.CosineToSouthPole(x),
                1e-13
            );
            // The angle by its cosine has half the digits near 0.
            Verify.AreClose(lambda * total, Angle(a, x), 1e-7);
        }

        static Tensor Angle(Tensor a, Tensor b) => ((a * b).sum(-1) / (a.square().sum(-1) * b.square().sum(-1)).sqrt()).clamp(-1, 1).acos();
    }

    // The mean itself, and points so far out that 1 + cosine has lost its digits.
    [Fact]
    public void A_small_circle_keeps_its_digits_near_both_poles()
    {
        using var scope = NewDisposeScope();
        var scheme = new SmallCircleInterpolation(new SphereChart(6, 2.5));
        var a = Draw.Normal(6, float64, 5, 6);
        foreach (var size in new[] { 0, 1e-12, 1e9 })
        {
            Verify.AreClose(a * size, scheme.Interpolate(a * size, a * size, 0.3), 1e-12 * size);
            Verify.IsGood(scheme.Interpolate(a * size, a, 0.3), 5, 6);
        }
    }

    [Fact]
    public void An_unknown_scheme_is_refused_with_those_there_are()
    {
        var refusal = Assert.Throws<ArgumentException>(() => InterpolationSchemes.For(new Dirichlet(4, 2), "sphere"));
        Assert.Contains("linear, simplex", refusal.Message);
    }
}
