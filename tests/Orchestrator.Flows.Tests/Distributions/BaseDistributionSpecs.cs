using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Manifolds;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests.Distributions;

public sealed class BaseDistributionSpecs
{
    public static TheoryData<string, double> Bases =>
        new()
        {
            { "gaussian", 0 },
            { "dirichlet", 0.5 },
            { "dirichlet", 1 },
            { "dirichlet", 2 },
            { "von-mises-fisher", 0.01 },
            { "von-mises-fisher", 1 },
            { "von-mises-fisher", 1.5 },
            { "von-mises-fisher", 2 },
        };

    // x = sinh t turns the sphere's heavy tails into exponential ones; the trapezoid rule then converges exponentially.
    [Theory, MemberData(nameof(Bases))]
    public void Integrates_to_one(string name, double parameter)
    {
        using var scope = NewDisposeScope();
        const double Step = 0.08;
        var t = arange(-18, 18, Step, float64);
        var x = t.sinh();
        var points = stack([.. meshgrid([x, x], "ij").Select(axis => axis.flatten())], 1);
        var weights = outer(t.cosh(), t.cosh()).flatten();
        var total = (Create(name, 2, parameter).LogProb(points).exp() * weights).sum().item<double>() * Step * Step;
        Assert.Equal(1, total, 1e-8);
    }

    [Theory, MemberData(nameof(Bases))]
    public void Samples_have_the_mean_and_deviation_of_log_density_that_the_closed_forms_say(string name, double parameter)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        const int N = 20_000;
        var distribution = Create(name, 24, parameter);
        var samples = distribution.Sample(N, generator);
        Verify.IsGood(samples, N, 24);
        var typicality = distribution.Typicality(samples);
        Assert.InRange(typicality.mean().item<double>(), -4 / Math.Sqrt(N), 4 / Math.Sqrt(N));
        Assert.Equal(1, typicality.std().item<double>(), 0.05);
    }

    [Theory, MemberData(nameof(Bases))]
    public void Latents_are_centred_with_unit_mean_square(string name, double parameter)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2, CPU);
        const int N = 4_000;
        const int D = 192;
        var samples = Create(name, D, parameter).Sample(N, generator);
        Assert.Equal(0, samples.mean().item<double>(), 5 / Math.Sqrt(N * D));
        Assert.Equal(1, samples.square().mean().item<double>(), 0.03);
    }

    [Theory]
    [InlineData(2, 0.5)]
    [InlineData(3, 40)]
    [InlineData(65, 64)]
    [InlineData(785, 784)]
    [InlineData(3073, 3072)]
    [InlineData(3073, 6144)]
    public void Von_mises_fisher_samples_have_the_mean_cosine(int p, double kappa)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        const int N = 200_000;
        var distribution = new VonMisesFisher(p - 1, kappa);
        var q = distribution.SampleSquaredRadii(N, generator);
        var cosine = (1 - q) / (1 + q);
        var standardError = distribution.LogDensityStandardDeviation / kappa / Math.Sqrt(N);
        Assert.InRange((cosine.mean().item<double>() - distribution.MeanCosine) / standardError, -4, 4);
        Assert.Equal(1, cosine.std().item<double>() / (standardError * Math.Sqrt(N)), 0.01);
    }

    [Fact]
    public void Dirichlet_of_one_is_uniform_on_the_simplex()
    {
        using var scope = NewDisposeScope();
        var distribution = new Dirichlet(7, 1);
        var x = Draw.Normal(4, float64, 50, 7);
        var onSimplex = distribution.LogProb(x) - distribution.Chart.LogVolume - distribution.Chart.ToLogParts(x).sum(-1);
        Verify.AreClose(full([50], Math.Log(5040), float64), onSimplex, 1e-11);
    }

    [Fact]
    public void A_weak_von_mises_fisher_is_uniform_on_the_sphere()
    {
        using var scope = NewDisposeScope();
        var distribution = new VonMisesFisher(2, 1e-9);
        Verify.AreClose(full([50], -Math.Log(4 * Math.PI), float64), distribution.LogDensity(Draw.Normal(5, float64, 50, 2) * 3), 1e-8);
    }

    [Theory, MemberData(nameof(Bases))]
    public void Far_latents_in_single_precision_have_finite_density_and_gradient(string name, double parameter)
    {
        using var scope = NewDisposeScope();
        var distribution = Create(name, 3072, parameter, isLearned: name != "gaussian");
        foreach (var size in new[] { 0, 1e-3, 1, 30, 1e3 })
        {
            var x = (Draw.Normal(6, float32, 4, 3072).clamp(-1, 1) * size).detach().requires_grad_();
            var density = distribution.LogProb(x);
            Verify.IsGood(density, 4);
            (-density.mean()).backward();
            Assert.Equal(float32, x.grad!.dtype);
            Verify.IsGood(x.grad!, 4, 3072);
            Assert.All(distribution.parameters(), learned => Verify.IsGood(learned.grad!, 1));
        }
    }

    [Theory, MemberData(nameof(Bases))]
    public void Equal_seeds_draw_equal_bytes(string name, double parameter)
    {
        using var scope = NewDisposeScope();
        var distribution = Create(name, 12, parameter);
        using Generator first = new(7, CPU),
            second = new(7, CPU),
            third = new(8, CPU);
        var samples = distribution.Sample(9, first);
        Verify.HaveEqualBytes(samples, distribution.Sample(9, second));
        Assert.False(samples.allclose(distribution.Sample(9, third)));
    }

    [Fact]
    public void Charts_go_there_and_back_even_near_the_north_pole()
    {
        using var scope = NewDisposeScope();
        var sphere = new SphereChart(6, 2.5);
        foreach (var size in new[] { 1e-6, 1, 1e3, 1e6 })
        {
            var x = Draw.Normal(9, float64, 20, 6) * size;
            var z = sphere.ToSphere(x);
            Verify.AreClose(ones(20), z.square().sum(-1), 1e-12);
            Verify.AreClose(-z.select(-1, 6), sphere.CosineToSouthPole(x), 1e-12);
            Verify.AreClose(x, sphere.FromSphere(z), 1e-9 * size);
        }
        var simplex = new SimplexChart(6, 0.8);
        var y = Draw.Normal(10, float64, 20, 6) * 50;
        Verify.AreClose(zeros(20), simplex.ToLogParts(y).logsumexp(-1), 1e-12);
        Verify.AreClose(y, simplex.FromLogParts(simplex.ToLogParts(y)), 1e-11);
    }

    [Theory]
    [InlineData("dirichlet", 0, "alpha")]
    [InlineData("dirichlet", -1, "alpha")]
    [InlineData("dirichlet", double.NaN, "alpha")]
    [InlineData("von-mises-fisher", 0, "kappa")]
    [InlineData("von-mises-fisher", double.PositiveInfinity, "kappa")]
    public void Impossible_concentrations_are_refused(string name, double value, string parameter)
    {
        var refusal = Assert.Throws<ArgumentOutOfRangeException>(() => BaseDistributions.Create(name, 8, alpha: value, kappa: value));
        Assert.Equal(parameter, refusal.ParamName);
    }

    [Fact]
    public void A_missing_concentration_and_an_unknown_name_are_refused()
    {
        Assert.Contains("kappa", Assert.Throws<ArgumentException>(() => BaseDistributions.Create("von-mises-fisher", 8)).Message);
        Assert.Contains("gaussian", Assert.Throws<ArgumentException>(() => BaseDistributions.Create("gauss", 8)).Message);
        Assert.All(BaseDistributions.Names, name => Assert.Equal(name, BaseDistributions.Create(name, 8, 2, 8).Name));
    }

    [Theory]
    [InlineData("dirichlet", 5, 2)]
    [InlineData("dirichlet", 784, 0.7)]
    [InlineData("von-mises-fisher", 5, 1)]
    [InlineData("von-mises-fisher", 784, 1.5)]
    public void A_learned_concentration_has_the_density_and_the_gradient_of_a_fixed_one_of_that_value(
        string name,
        int dimension,
        double parameter
    )
    {
        using var scope = NewDisposeScope();
        const double Ratio = 0.4;
        var learned = Create(name, dimension, parameter, isLearned: true);
        var x = Draw.Normal(11, float64, 3, dimension);
        Verify.AreClose(Create(name, dimension, parameter).LogProb(x), learned.LogProb(x), 0);

        learned.to(float64);
        var ratio = learned.parameters().Single();
        using (no_grad())
            ratio.fill_(Ratio);
        var factor = Math.Exp(3 * Math.Tanh(Ratio / 3));
        Verify.AreClose(OnTheChartOf(learned, Create(name, dimension, parameter * factor), x), learned.LogProb(x), 1e-12 * dimension);

        learned.LogProb(x).sum().backward();
        const double Step = 1e-4;
        var expected = (At(Ratio + Step) - At(Ratio - Step)) / (2 * Step);
        Assert.Equal(1, ratio.grad!.item<double>() / expected, 1e-6);

        double At(double value)
        {
            using var noGradient = no_grad();
            ratio.fill_(value);
            return learned.LogProb(x).sum().item<double>();
        }
    }

    // Gradient ascent on the density of samples finds the concentration that they were drawn with.
    [Theory]
    [InlineData("dirichlet", 2)]
    [InlineData("von-mises-fisher", 1)]
    public void A_learned_concentration_finds_that_of_its_samples(string name, double parameter)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(12, CPU);
        var learned = Create(name, 40, parameter, isLearned: true);
        var truth = Create(name, 40, parameter * 1.5);
        var samples = ScaleOf(truth) / ScaleOf(learned) * truth.Sample(2000, generator);
        var optimizer = optim.Adam(learned.parameters(), 0.05);
        for (var step = 0; step < 150; step++)
        {
            using var inner = NewDisposeScope();
            optimizer.zero_grad();
            (-learned.LogProb(samples).mean()).backward();
            optimizer.step();
        }
        Assert.Equal(1.5, Concentration(learned) / Concentration(Create(name, 40, parameter)), 0.05);
        var typicality = learned.Typicality(learned.Sample(4000, generator));
        Assert.InRange(typicality.mean().item<double>(), -4 / Math.Sqrt(4000), 4 / Math.Sqrt(4000));
    }

    [Fact]
    public void A_learned_concentration_cannot_leave_its_domain_and_what_is_no_number_is_told()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(13, CPU);
        var learned = new VonMisesFisher(8, 8, isLearned: true);
        using var noGradient = no_grad();
        learned.parameters().Single().fill_(1e30f);
        Assert.Equal(8 * Math.Exp(3), learned.Kappa, 1e-9);
        learned.parameters().Single().fill_(-1e30f);
        Assert.Equal(8 * Math.Exp(-3), learned.Kappa, 1e-9);
        Verify.IsGood(learned.LogProb(ones(2, 8)), 2);
        learned.parameters().Single().fill_(float.NaN);
        Assert.True(double.IsNaN(learned.LogProb(ones(1, 8)).item<double>()));
        Assert.Equal("base.concentration", Assert.Throws<NonFiniteException>(() => learned.Sample(2, generator)).Layer);
    }

    [Fact]
    public void A_gaussian_has_nothing_to_learn() =>
        Assert.Contains(
            "no concentration",
            Assert.Throws<ArgumentException>(() => BaseDistributions.Create("gaussian", 8, isLearned: true)).Message
        );

    /// <summary>The density of <paramref name="fixed"/> where the chart is that of <paramref name="learned"/>, which keeps the scale it
    /// started with.</summary>
    static Tensor OnTheChartOf(BaseDistribution learned, BaseDistribution @fixed, Tensor x)
    {
        var ratio = ScaleOf(learned) / ScaleOf(@fixed);
        return @fixed.LogProb(x * ratio) + learned.Dimension * Math.Log(ratio);
    }

    /// <summary>Of latents, that stand for the same point as latents of a chart with scale 1.</summary>
    static double ScaleOf(BaseDistribution distribution)
    {
        var point = ones(1, distribution.Dimension, float64);
        return distribution switch
        {
            Dirichlet d => (d.Chart.FromLogParts(new SimplexChart(d.Dimension).ToLogParts(point)) / point)
                .mean()
                .reciprocal()
                .item<double>(),
            VonMisesFisher v => 1 / (v.Chart.FromSphere(new SphereChart(v.Dimension, 1).ToSphere(point)) / point).mean().item<double>(),
            _ => 1,
        };
    }

    static double Concentration(BaseDistribution distribution) =>
        distribution is Dirichlet dirichlet ? dirichlet.Alpha : ((VonMisesFisher)distribution).Kappa;

    /// <param name="parameter">Alpha, or kappa per dimension.</param>
    static BaseDistribution Create(string name, int dimension, double parameter, bool isLearned = false) =>
        BaseDistributions.Create(name, dimension, alpha: parameter, kappa: parameter * dimension, isLearned);
}
