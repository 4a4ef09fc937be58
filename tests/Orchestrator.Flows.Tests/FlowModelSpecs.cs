using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests;

public sealed class FlowModelSpecs
{
    static readonly ImageShape Image = new(1, 8, 8);

    public static TheoryData<string> BaseNames => [.. BaseDistributions.Names];

    [Theory, MemberData(nameof(BaseNames))]
    public void Density_latents_and_samples_are_good(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var generator = new Generator(1, CPU);
        var model = Create(name);
        var images = Images(2);
        model.Initialise(images);
        Verify.IsGood(model.LogProb(images), 32);
        Verify.IsGood(model.Encode(images), 32, 64);
        Verify.AreClose(images, model.Decode(model.Encode(images)), 1e-4);
        Verify.IsGood(model.Sample(5, generator), 5, 1, 8, 8);
        Verify.IsGood(model.Sample(5, generator, temperature: 0), 5, 1, 8, 8);
    }

    [Fact]
    public void Log_prob_is_the_change_of_variables()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var transform = Draw.Randomised(FlowArchitectures.Create("glow", Image, new FlowOptions(2, 2, 8), 3), 4, 0.05);
        var model = new FlowModel(transform, new Gaussian(64));
        var (latents, logDeterminant) = transform.Forward(Images(5));
        Verify.AreClose(new Gaussian(64).LogProb(latents) + logDeterminant, model.LogProb(Images(5)), 0);
    }

    [Fact]
    public void A_freshly_initialised_flow_gives_latents_of_about_unit_mean_square()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var model = Create();
        var images = Images(6, 512) * 0.2;
        model.Initialise(images);
        Assert.InRange(model.Encode(images).square().mean().item<float>(), 0.5, 2);
    }

    [Fact]
    public void Equal_seeds_give_equal_bytes()
    {
        using var scope = NewDisposeScope();
        var state = Create(seed: 7).StateTensors();
        foreach (var (first, second) in state.Zip(Create(seed: 7).StateTensors()))
            Verify.HaveEqualBytes(first.Tensor, second.Tensor);
        Assert.Contains(
            state.Zip(Create(seed: 8).StateTensors()),
            pair => !pair.First.Tensor.bytes.SequenceEqual(pair.Second.Tensor.bytes)
        );
    }

    [Fact]
    public void Names_and_order_of_the_state_are_those_of_checkpoints_already_written()
    {
        var model = FlowModel.Create("glow", Image, new FlowOptions(2, 1, 4), new Gaussian(64), 1);
        string[] step =
        [
            "actnorm.bias",
            "actnorm.initialized",
            "actnorm.log_scale",
            "convolution.log_scale",
            "convolution.lower",
            "convolution.permutation",
            "convolution.sign",
            "convolution.upper",
            "coupling.network.hidden.bias",
            "coupling.network.hidden.initialized",
            "coupling.network.hidden.log_scale",
            "coupling.network.hidden.weight",
            "coupling.network.input.bias",
            "coupling.network.input.initialized",
            "coupling.network.input.log_scale",
            "coupling.network.input.weight",
            "coupling.network.output_bias",
            "coupling.network.output_log_gain",
            "coupling.network.output_weight",
        ];
        Assert.Equal(
            [
                "level0.split.bias",
                "level0.split.weight",
                .. step.Select(name => $"level0.step0.{name}"),
                .. step.Select(name => $"level1.step0.{name}"),
            ],
            model.StateTensors().Select(entry => entry.Name)
        );
        Assert.All(model.StateTensors(), entry => Assert.Equal(float32, entry.Tensor.dtype));
    }

    [Theory, MemberData(nameof(FlowVariants.All), MemberType = typeof(FlowVariants))]
    public void A_loaded_state_is_the_model_and_is_not_initialised_again(string variant)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var model = FlowVariants.Create(variant, Image, seed: 9);
        model.Initialise(Images(10));
        Draw.Randomised(model, 11, 0.05);
        var state = model.StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor.detach().clone());

        var other = FlowVariants.Create(variant, Image, seed: 12);
        Assert.False(model.LogProb(Images(14)).allclose(other.LogProb(Images(14))));
        other.Load(state);
        other.Initialise(Images(13) * 5);
        Verify.HaveEqualBytes(model.LogProb(Images(14)), other.LogProb(Images(14)));
    }

    [Fact]
    public void A_learned_concentration_is_part_of_the_state()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var model = new FlowModel(
            FlowArchitectures.Create("glow", Image, new FlowOptions(1, 1, 4), 1),
            new VonMisesFisher(64, 64, isLearned: true)
        );
        var learned = model.StateTensors().Single(entry => entry.Name == "base.concentration.log_ratio");
        learned.Tensor.fill_(0.5f);
        var state = model.StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor.clone());
        var other = new FlowModel(
            FlowArchitectures.Create("glow", Image, new FlowOptions(1, 1, 4), 2),
            new VonMisesFisher(64, 64, isLearned: true)
        );
        other.Load(state);
        Assert.Equal(64 * Math.Exp(3 * Math.Tanh(0.5 / 3)), ((VonMisesFisher)other.BaseDistribution).Kappa, 1e-5);
        Verify.HaveEqualBytes(model.LogProb(Images(21)), other.LogProb(Images(21)));
    }

    [Fact]
    public void A_learned_concentration_moves_with_the_flat_parameters()
    {
        using var scope = NewDisposeScope();
        var model = new FlowModel(
            FlowArchitectures.Create("glow", Image, new FlowOptions(1, 1, 4), 1),
            new VonMisesFisher(64, 64, isLearned: true)
        );
        model.Initialise(Images(22));
        using var parameters = new FlatParameters(model);
        parameters.ClearGradients();
        model.LogProb(Images(22)).mean().backward();
        using var noGradient = no_grad();
        parameters.Values.add_(parameters.Gradients, alpha: 1e-3);
        Assert.NotEqual(64, ((VonMisesFisher)model.BaseDistribution).Kappa, 1e-9);
    }

    [Fact]
    public void A_state_that_does_not_fit_is_refused_whole()
    {
        using var scope = NewDisposeScope();
        var model = Create(seed: 15);
        var before = model.StateTensors().ToDictionary(entry => entry.Name, entry => entry.Tensor.detach().clone());
        var state = before.ToDictionary(entry => entry.Key, entry => zeros_like(entry.Value));
        state.Remove("level0.step0.actnorm.bias");
        state["level0.step0.actnorm.skew"] = zeros(1);
        state["level0.step0.convolution.lower"] = zeros(2, 2);
        var refusal = Assert.Throws<ArgumentException>(() => model.Load(state));
        Assert.Contains("'level0.step0.actnorm.bias' is missing", refusal.Message);
        Assert.Contains("'level0.step0.actnorm.skew' is unknown", refusal.Message);
        Assert.Contains("'level0.step0.convolution.lower' is [2,2] and should be [4,4]", refusal.Message);
        foreach (var (name, tensor) in model.StateTensors())
            Verify.HaveEqualBytes(before[name], tensor);
    }

    [Fact]
    public void A_base_of_another_dimension_is_refused() =>
        Assert.Throws<ArgumentException>(() => FlowModel.Create("glow", Image, new FlowOptions(1, 1, 4), new Gaussian(63), 1));

    [Theory]
    [InlineData("level0.step1.coupling.network.hidden.weight", float.NaN, "level0.step1.coupling")]
    [InlineData("level1.step0.actnorm.log_scale", 1e4f, "level1.step0.actnorm")]
    [InlineData("level0.split.bias", float.PositiveInfinity, "level0.split")]
    public void The_first_layer_that_is_not_finite_is_named(string parameter, float value, string layer)
    {
        using var scope = NewDisposeScope();
        var model = Create();
        model.ThrowIfNonFinite(Images(16));
        using (no_grad())
            model.StateTensors().Single(entry => entry.Name == parameter).Tensor.fill_(value);
        Assert.False(double.IsFinite(model.LogProb(Images(16)).sum().item<double>()));
        Assert.Equal(layer, Assert.Throws<NonFiniteException>(() => model.ThrowIfNonFinite(Images(16))).Layer);
    }

    [Theory, MemberData(nameof(FlowVariants.All), MemberType = typeof(FlowVariants))]
    public void Whichever_layer_is_not_finite_is_named(string variant)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var model = FlowVariants.Create(variant, Image, seed: 23);
        model.Initialise(Images(24));
        model.ThrowIfNonFinite(Images(24));
        foreach (var (name, tensor) in model.NamedParameters().Where(entry => entry.Tensor.numel() > 0))
        {
            using var before = tensor.clone();
            tensor.fill_(float.NaN);
            var layer = Assert.Throws<NonFiniteException>(() => model.ThrowIfNonFinite(Images(24))).Layer;
            Assert.StartsWith(layer + ".", name);
            Assert.Matches(@"^level\d\.(split|(step|channel|checkerboard)\d\.(actnorm|convolution|coupling))$", layer);
            tensor.copy_(before);
        }
    }

    [Fact]
    public void Images_that_are_not_finite_are_named()
    {
        using var scope = NewDisposeScope();
        Assert.Equal("images", Assert.Throws<NonFiniteException>(() => Create().ThrowIfNonFinite(Images(17) / 0)).Layer);
    }

    [Theory, MemberData(nameof(BaseNames))]
    public void Training_steps_leave_no_tensors_behind(string name)
    {
        using var outer = NewDisposeScope();
        var model = Create(name);
        using var parameters = new FlatParameters(model);
        var optimizer = optim.Adam([parameters.Values], 1e-3);
        using var images = Images(18);
        using var generator = new Generator(19, CPU);
        Step();
        var (total, live) = (Tensor.TotalCount, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        for (var step = 0; step < 5; step++)
            Step();
        Assert.Equal(live, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.InRange(Tensor.TotalCount, 0, total);

        void Step()
        {
            using var scope = NewDisposeScope();
            model.Initialise(images);
            parameters.ClearGradients();
            (-model.LogProb(images).mean()).backward();
            parameters.ThrowIfNonFinite();
            optimizer.step();
            using var noGradient = no_grad();
            model.Sample(2, generator);
            model.ThrowIfNonFinite(images);
        }
    }

    [Fact]
    public void A_model_outlives_the_scope_it_was_made_in()
    {
        FlowModel model;
        using (NewDisposeScope())
            model = Create();
        using var scope = NewDisposeScope();
        Verify.IsGood(model.LogProb(Images(20)), 32);
    }

    static FlowModel Create(string distribution = "gaussian", long seed = 1) =>
        FlowModel.Create("glow", Image, new FlowOptions(2, 2, 8), BaseDistributions.Create(distribution, 64, 2, 64), seed);

    static Tensor Images(long seed, int count = 32) => Draw.Normal(seed, float32, count, 1, 8, 8) * 0.3;
}
