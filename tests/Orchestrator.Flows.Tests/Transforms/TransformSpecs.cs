using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests.Transforms;

public sealed class TransformSpecs
{
    const int Channels = 4;

    public static TheoryData<string> Names =>
        [
            "actnorm",
            "composite",
            "convolution",
            "permutation",
            "split prior",
            "squeeze",
            "additive, channels",
            "affine, channels",
            "spline, channels",
            "affine, first channels",
            "spline, first channels",
            "additive, checkerboard",
            "affine, checkerboard",
            "spline, checkerboard",
            "affine, even checkerboard",
            "spline, even checkerboard",
        ];

    [Theory, MemberData(nameof(Names))]
    public void Forward_then_inverse_is_the_identity_in_double(string name)
    {
        using var scope = NewDisposeScope();
        Verify.ForwardThenInverseIsTheIdentity(Create(name).to(float64), Draw.Normal(1, float64, 5, Channels, 4, 6), 1e-12);
    }

    [Theory, MemberData(nameof(Names))]
    public void Forward_then_inverse_is_the_identity_in_single(string name)
    {
        using var scope = NewDisposeScope();
        Verify.ForwardThenInverseIsTheIdentity(Create(name), Draw.Normal(2, float32, 5, Channels, 4, 6), 2e-5);
    }

    [Theory, MemberData(nameof(Names))]
    public void Log_determinant_is_that_of_the_jacobian(string name)
    {
        using var scope = NewDisposeScope();
        Verify.LogDeterminantIsThatOfTheJacobian(Create(name).to(float64), Draw.Normal(3, float64, 1, Channels, 2, 4), 1e-11);
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradients_do_not_depend_on_what_memory_held_before(string name)
    {
        using var scope = NewDisposeScope();
        var transform = Create(name);
        foreach (var _ in Enumerable.Range(0, 20))
        {
            LeaveNotANumberInFreedMemory();
            var x = Draw.Normal(13, float32, 16, Channels, 4, 4).requires_grad_();
            var (value, logDeterminant) = transform.Forward(x);
            (value.sum() + logDeterminant.sum()).backward();
            Assert.True(x.grad!.isfinite().all().item<bool>());
        }
    }

    [Fact]
    public void A_fresh_coupling_leaves_the_first_half_and_only_scales_the_second()
    {
        using var scope = NewDisposeScope();
        var x = Draw.Normal(4, float32, 3, Channels, 4, 4);
        using var generator = new Generator(5, CPU);
        var (z, _) = new Coupling(new ChannelMask(Channels), new AffineMap(), 8, generator).Forward(x);
        Verify.HaveEqualBytes(x.chunk(2, 1)[0], z.chunk(2, 1)[0]);
        var scale = 1 / (1 + Math.Exp(-2)) + 1e-2;
        Verify.AreClose(x.chunk(2, 1)[1] * scale, z.chunk(2, 1)[1], 1e-6);
    }

    [Theory]
    [InlineData("channels")]
    [InlineData("first channels")]
    [InlineData("checkerboard")]
    [InlineData("even checkerboard")]
    public void A_coupling_leaves_what_it_looks_at_and_looks_at_nothing_else(string name)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var generator = new Generator(14, CPU);
        var mask = MaskOf(name);
        var coupling = Draw.Randomised(new Coupling(mask, new AffineMap(), 8, generator), 15);
        var x = Draw.Normal(16, float32, 1, Channels, 4, 4);
        var z = coupling.Forward(x).Value;
        var isChanged = mask.Join(zeros_like(x), mask.Split(ones_like(x)).Changed).to(ScalarType.Bool);
        Assert.Equal(x.numel() / 2, isChanged.sum().item<long>());
        Verify.HaveEqualBytes(x[isChanged.logical_not()], z[isChanged.logical_not()]);
        Assert.True((x - z)[isChanged].abs().min().item<float>() > 0);

        // Another value at a changed site reaches the result there alone.
        var moved = where(isChanged, x + 1, x);
        var ratio = (coupling.Forward(moved).Value - z)[isChanged];
        Verify.AreClose(coupling.Forward(x).LogDeterminant, ratio.log().sum().view(1), 1e-4);
    }

    [Fact]
    public void A_fresh_spline_is_the_identity_and_outside_its_bound_every_spline_is()
    {
        using var scope = NewDisposeScope();
        var map = new SplineMap();
        var x = linspace(-5, 5, 101, float64).view(1, 1, 1, 101);
        var (same, nothing) = map.Forward(x, zeros(1, map.Parameters, 1, 101, float64));
        Verify.AreClose(x, same, 1e-12);
        Verify.AreClose(zeros_like(x), nothing, 1e-12);

        var (value, logDerivative) = map.Forward(x, Draw.Normal(17, float64, 1, map.Parameters, 1, 101) * 3);
        var isOutside = x.abs() >= 3;
        Verify.HaveEqualBytes(x[isOutside], value[isOutside]);
        Verify.AreClose(zeros(isOutside.sum().item<long>()), logDerivative[isOutside], 0);
        Assert.True((value - x)[isOutside.logical_not()].abs().max().item<double>() > 0.1);
        Assert.True(value.abs()[isOutside.logical_not()].max().item<double>() <= 3);
    }

    // Neither far numbers nor bins of the smallest size may lose the number or its gradient in single precision.
    [Fact]
    public void A_spline_of_any_shape_stays_finite_and_inverts()
    {
        using var scope = NewDisposeScope();
        var map = new SplineMap();
        var x = (Draw.Normal(18, float32, 64, 2, 4, 4) * 3).requires_grad_();
        foreach (var steepness in new[] { 0.1, 3, 30 })
        {
            var parameters = (Draw.Normal(19, float32, 64, map.Parameters * 2, 4, 4) * steepness).requires_grad_();
            var (value, logDerivative) = map.Forward(x, parameters);
            (value.sum() + logDerivative.sum()).backward();
            Verify.IsGood(x.grad!, 64, 2, 4, 4);
            Verify.IsGood(parameters.grad!, parameters.shape);
            Verify.IsGood(map.Inverse(value.detach(), parameters).LogDerivative, 64, 2, 4, 4);
            var exact = parameters.to(float64);
            Verify.AreClose(x, map.Inverse(map.Forward(x.to(float64), exact).Value, exact).Value, 1e-8);
        }
    }

    [Fact]
    public void A_permutation_moves_channels_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(20, CPU);
        var x = Draw.Normal(21, float32, 2, 16, 2, 2);
        var (z, _) = new FixedPermutation(16, generator).Forward(x);
        Verify.HaveEqualBytes(x.sort(1).Values, z.sort(1).Values);
        Assert.False(x.allclose(z));
    }

    [Fact]
    public void A_fresh_convolution_is_a_rotation()
    {
        using var scope = NewDisposeScope();
        var x = Draw.Normal(6, float32, 3, Channels, 4, 4);
        using var generator = new Generator(7, CPU);
        var (z, logDeterminant) = new InvertibleConvolution1x1(Channels, generator).Forward(x);
        Verify.AreClose(x.square().sum(1), z.square().sum(1), 1e-4);
        Verify.AreClose(zeros(3), logDeterminant, 1e-5);
        Assert.False(x.allclose(z));
    }

    [Fact]
    public void A_coupling_network_sees_three_by_three_neighbourhoods_twice()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(8, CPU);
        var network = Draw.Randomised(new CouplingNetwork(1, 1, 8, generator), 9);
        var x = zeros(1, 1, 9, 9);
        var changed = x.clone();
        changed[0, 0, 4, 4] = 1;
        var touched = (network.Forward(x) - network.Forward(changed)).abs()[0, 0] > 0;
        var expected = zeros(9, 9, dtype: ScalarType.Bool);
        expected[2..7, 2..7] = true;
        Verify.HaveEqualBytes(expected, touched);
    }

    static void LeaveNotANumberInFreedMemory()
    {
        using var freed = NewDisposeScope();
        foreach (var size in Enumerable.Range(4, 12).Select(power => 1L << power))
            for (var i = 0; i < 8; i++)
                full(size, double.NaN, float32);
    }

    static Transform Create(string name)
    {
        using var generator = new Generator(11, CPU);
        Transform transform = name switch
        {
            "actnorm" => new ActNorm(Channels),
            _ when name.Split(", ") is [var map, var mask] => new Coupling(MaskOf(mask), CouplingMaps.Of(map), 8, generator),
            "permutation" => new FixedPermutation(Channels, generator),
            "convolution" => new InvertibleConvolution1x1(Channels, generator),
            "split prior" => new SplitPrior(Channels),
            "squeeze" => new Squeeze(),
            _ => new CompositeTransform(("a", new ActNorm(Channels)), ("b", new SplitPrior(Channels)), ("c", new Squeeze())),
        };
        // Steep splines lose digits as steep functions do; what they keep is tested by itself.
        return Draw.Randomised(transform, 12, name.StartsWith("spline", StringComparison.Ordinal) ? 0.1 : 0.3);
    }

    static Mask MaskOf(string name) =>
        name switch
        {
            "channels" => new ChannelMask(Channels),
            "first channels" => new ChannelMask(Channels, changesFirst: true),
            "checkerboard" => new CheckerboardMask(Channels, changesEven: false),
            _ => new CheckerboardMask(Channels, changesEven: true),
        };
}
