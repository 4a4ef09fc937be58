using CsCheck;
using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests.Architectures;

/// <summary>What every flow that can be named keeps.</summary>
public sealed class VariantSpecs
{
    public static TheoryData<string> All => FlowVariants.All;

    [Theory, MemberData(nameof(All))]
    public void Any_size_that_squeezes_round_trips_in_double(string variant) =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 2], Gen.Int[1, 2], Gen.Int[1, 3], Gen.Int[1, 3], Gen.Int[0, 1_000_000])
            .Sample(
                (channels, levels, steps, height, width, seed) =>
                {
                    using var scope = NewDisposeScope();
                    using var noGradient = no_grad();
                    var image = new ImageShape(channels, height << levels, width << levels);
                    var flow = Draw.Randomised(Create(variant, image, levels, steps, seed), seed, 0.05).to(float64);
                    Verify.ForwardThenInverseIsTheIdentity(flow, Draw.Normal(seed, float64, 3, channels, image.Height, image.Width), 1e-8);
                },
                iter: 8,
                threads: 1
            );

    [Theory, MemberData(nameof(All))]
    public void Log_determinant_is_that_of_the_jacobian(string variant)
    {
        using var scope = NewDisposeScope();
        foreach (var (channels, height, width, levels) in new[] { (1, 4, 4, 2), (2, 2, 6, 1) })
        {
            var flow = Draw.Randomised(Create(variant, new ImageShape(channels, height, width), levels, 2, 4), 5, 0.1).to(float64);
            Verify.LogDeterminantIsThatOfTheJacobian(flow, Draw.Normal(6, float64, 1, channels, height, width), 1e-10);
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Every_pixel_reaches_the_whole_latent(string variant)
    {
        using var scope = NewDisposeScope();
        var image = new ImageShape(1, 8, 8);
        var flow = Draw.Randomised(Create(variant, image, 2, 4, 7), 8, 0.2);
        var x = Draw.Normal(9, float32, 1, 1, 8, 8).requires_grad_();
        // The last of the latent leaves after every level.
        var gradient = autograd.grad([flow.Forward(x).Value.narrow(1, 48, 16).square().sum()], [x])[0];
        Assert.Equal(0, gradient.eq(0).sum().item<long>());
    }

    [Theory, MemberData(nameof(All))]
    public void Training_lowers_the_loss(string variant)
    {
        using var scope = NewDisposeScope();
        var model = FlowVariants.Create(variant, new ImageShape(1, 8, 8), 10);
        // Pixels of a rank far below their number: there is something to learn.
        var images =
            mm(Draw.Normal(11, float32, 128, 4), Draw.Normal(12, float32, 4, 64)).view(128, 1, 8, 8) * 0.1
            + Draw.Normal(13, float32, 128, 1, 8, 8) * 0.02;
        model.Initialise(images);
        using var parameters = new FlatParameters(model);
        var optimizer = optim.Adam([parameters.Values], 3e-3);
        var losses = new List<double>();
        for (var step = 0; step < 30; step++)
        {
            using var inner = NewDisposeScope();
            parameters.ClearGradients();
            var loss = -model.LogProb(images).mean() / 64;
            loss.backward();
            optimizer.step();
            losses.Add(loss.item<double>());
        }
        Assert.True(losses[^1] < losses[0] - 0.1, $"{losses[0]} to {losses[^1]}");
    }

    [Theory]
    [InlineData("glow", "quadratic", "lu", "unknown coupling 'quadratic': known are additive, affine, spline")]
    [InlineData("glow", "affine", "shuffle", "unknown mixing 'shuffle': known are lu, permutation")]
    [InlineData("realnvp", "affine", "permutation", "it takes no mixing")]
    public void Parts_that_are_not_there_are_refused(string architecture, string coupling, string mixing, string expected) =>
        Assert.Contains(
            expected,
            Assert
                .Throws<ArgumentException>(() =>
                    FlowArchitectures.Create(architecture, new ImageShape(1, 8, 8), new FlowOptions(1, 1, 4, coupling, mixing), 1)
                )
                .Message
        );

    [Fact]
    public void Two_steps_of_a_realnvps_mask_change_every_number_once()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var flow = Draw.Randomised(Create("realnvp affine lu", new ImageShape(1, 8, 8), 1, 2, 14), 15);
        var changed = new List<bool[]>();
        flow.Traverse(
            Draw.Normal(16, float32, 1, 1, 8, 8),
            (layer, x) =>
            {
                var (value, logDeterminant) = layer.Forward(x);
                if (layer is Coupling)
                    changed.Add(value.ne(x).contiguous().data<bool>().ToArray());
                return (value, logDeterminant);
            }
        );
        Assert.Equal(4, changed.Count);
        Assert.All(changed, mask => Assert.Equal(32, mask.Count(isChanged => isChanged)));
        Assert.Equal(changed[0].Select(isChanged => !isChanged), changed[1]);
        Assert.Equal(changed[2].Select(isChanged => !isChanged), changed[3]);
    }

    [Fact]
    public void The_state_of_a_realnvp_is_named_by_its_masks()
    {
        var names = FlowVariants
            .Create("realnvp spline lu", new ImageShape(1, 8, 8), 1)
            .StateTensors()
            .Select(entry => string.Join('.', entry.Name.Split('.')[..3]))
            .Distinct();
        Assert.Equal(
            from level in Enumerable.Range(0, 2)
            from kind in new[] { "channel", "checkerboard" }
            from step in Enumerable.Range(0, 2)
            from layer in new[] { "actnorm", "coupling" }
            select $"level{level}.{kind}{step}.{layer}",
            names
        );
    }

    static Transform Create(string variant, ImageShape image, int levels, int steps, long seed)
    {
        var (architecture, options) = FlowVariants.Parse(variant, levels, steps, hidden: 4);
        return FlowArchitectures.Create(architecture, image, options, seed);
    }
}
