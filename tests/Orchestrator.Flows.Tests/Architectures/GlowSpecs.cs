using CsCheck;
using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests.Architectures;

public sealed class GlowSpecs
{
    [Theory]
    [InlineData(1, 8, 2)]
    [InlineData(1, 28, 2)]
    [InlineData(3, 32, 3)]
    public void Images_of_every_data_set_go_to_one_flat_latent_and_back(int channels, int size, int levels)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var image = new ImageShape(channels, size, size);
        var glow = Draw.Randomised(FlowArchitectures.Create("glow", image, new FlowOptions(levels, 2, 8), 1), 2, 0.05);
        var x = Draw.Normal(3, float32, 2, channels, size, size);
        Verify.IsGood(glow.Forward(x).Value, 2, image.Dimension);
        Verify.ForwardThenInverseIsTheIdentity(glow, x, 1e-3);
    }

    [Fact]
    public void Any_size_that_squeezes_round_trips_in_double() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 2], Gen.Int[1, 2], Gen.Int[1, 3], Gen.Int[1, 3], Gen.Int[0, 1_000_000])
            .Sample(
                (channels, levels, steps, height, width, seed) =>
                {
                    using var scope = NewDisposeScope();
                    using var noGradient = no_grad();
                    var image = new ImageShape(channels, height << levels, width << levels);
                    var glow = FlowArchitectures.Create("glow", image, new FlowOptions(levels, steps, 4), seed);
                    Draw.Randomised(glow, seed, 0.05).to(float64);
                    Verify.ForwardThenInverseIsTheIdentity(glow, Draw.Normal(seed, float64, 3, channels, image.Height, image.Width), 1e-8);
                },
                iter: 30,
                threads: 1
            );

    [Theory]
    [InlineData(1, 4, 4, 2)]
    [InlineData(2, 2, 6, 1)]
    public void Log_determinant_is_that_of_the_jacobian(int channels, int height, int width, int levels)
    {
        using var scope = NewDisposeScope();
        var glow = FlowArchitectures.Create("glow", new ImageShape(channels, height, width), new FlowOptions(levels, 2, 6), 4);
        Draw.Randomised(glow, 5).to(float64);
        Verify.LogDeterminantIsThatOfTheJacobian(glow, Draw.Normal(6, float64, 1, channels, height, width), 1e-10);
    }

    [Fact]
    public void Sizes_that_do_not_squeeze_are_refused_with_the_level_and_the_remedy()
    {
        var refusal = Assert.Throws<ArgumentException>(() =>
            FlowArchitectures.Create("glow", new ImageShape(1, 28, 28), new FlowOptions(3, 1, 4), 1)
        );
        Assert.Contains("level 2", refusal.Message);
        Assert.Contains("4×7×7", refusal.Message);
        Assert.Contains("at most 2 levels", refusal.Message);
    }

    [Fact]
    public void An_unknown_architecture_is_refused_with_those_there_are()
    {
        var refusal = Assert.Throws<ArgumentException>(() =>
            FlowArchitectures.Create("glo", new ImageShape(1, 8, 8), new FlowOptions(1, 1, 4), 1)
        );
        Assert.Contains("'glo'", refusal.Message);
        Assert.All(FlowArchitectures.Names, name => Assert.Contains(name, refusal.Message));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public void A_flow_without_size_is_refused(int levels, int steps, int hidden) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            FlowArchitectures.Create("glow", new ImageShape(1, 8, 8), new FlowOptions(levels, steps, hidden), 1)
        );
}
