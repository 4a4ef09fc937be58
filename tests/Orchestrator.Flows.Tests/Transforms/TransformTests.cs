using Orchestrator.Flows.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests.Transforms;

public sealed class TransformTests
{
    const int Channels = 4;

    public static TheoryData<string> Names => ["actnorm", "composite", "coupling", "convolution", "split prior", "squeeze"];

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
        var (z, _) = new AffineCoupling(Channels, 8, generator).Forward(x);
        Verify.HaveEqualBytes(x.chunk(2, 1)[0], z.chunk(2, 1)[0]);
        var scale = 1 / (1 + Math.Exp(-2)) + 1e-2;
        Verify.AreClose(x.chunk(2, 1)[1] * scale, z.chunk(2, 1)[1], 1e-6);
    }

    [Fact]
    public void A_fresh_convolution_is_a_rotation()
    {
        using var scope = NewDisposeScope();
        var x = Draw.Normal(6, float32, 3, Channels, 4, 4);
        using var generator = new Generator(7, CPU);
        var (z, logDeterminant) = new LinearConvolution(Channels, generator).Forward(x);
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
            for (var i = 0; i < 8; i++) full(size, double.NaN, float32);
    }

    static Transform Create(string name)
    {
        using var generator = new Generator(11, CPU);
        Transform transform = name switch
        {
            "actnorm" => new ActNorm(Channels),
            "coupling" => new AffineCoupling(Channels, 8, generator),
            "convolution" => new LinearConvolution(Channels, generator),
            "split prior" => new SplitPrior(Channels),
            "squeeze" => new Squeeze(),
            _ => new CompositeTransform(("a", new ActNorm(Channels)), ("b", new SplitPrior(Channels)), ("c", new Squeeze())),
        };
        return Draw.Randomised(transform, 12);
    }
}
