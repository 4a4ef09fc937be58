using CsCheck;
using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Transforms;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests;

/// <summary>Backpropagation that computes once more what the flow's steps did not keep.</summary>
public sealed class RecomputingSpecs
{
    const int Batch = 32,
        Channels = 4,
        Side = 14;

    public static TheoryData<string, string> Flows =>
        [.. from variant in FlowVariants.All from distribution in BaseDistributions.Names select (variant.Data, distribution)];

    [Theory, MemberData(nameof(Flows))]
    public void Its_gradient_is_that_with_everything_kept_but_for_the_order_of_sums(string variant, string distribution) =>
        Gen.Select(Gen.Int[1, 2], Gen.Int[1, 4], Gen.Int[1, 2], Gen.Bool, Gen.Int[0, 1_000_000])
            .Sample(
                (levels, steps, channels, isNarrow, seed) =>
                {
                    using var scope = NewDisposeScope();
                    using var format = isNarrow ? new NetworkFormat(bfloat16) : null;
                    var image = new ImageShape(channels, 8, 8);
                    var images = Draw.Normal(seed, float32, 6, channels, 8, 8) * 0.3;
                    using var model = Create(variant, distribution, image, levels, steps, seed);
                    var (expected, gradient) = Gradient(model, images, isKept: true);
                    var (actual, recomputed) = Gradient(model, images, isKept: false);
                    Verify.HaveEqualBytes(expected, actual);
                    Assert.InRange(((recomputed - gradient).norm() / gradient.norm()).item<float>(), 0, isNarrow ? 1e-3 : 1e-6);
                },
                iter: 4,
                threads: 1
            );

    [Theory]
    [InlineData("affine")]
    [InlineData("spline")]
    public void A_further_step_of_the_flow_takes_memory_for_its_input_alone(string coupling)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "it is glibc that tells what is in use");
        const int few = 4,
            many = 16,
            input = Batch * Channels * Side * Side * sizeof(float);
        var (kept, keptOfMany) = (Peak(coupling, few, isKept: true), Peak(coupling, many, isKept: true));
        var (recomputed, recomputedOfMany) = (Peak(coupling, few, isKept: false), Peak(coupling, many, isKept: false));
        Assert.InRange(recomputedOfMany - recomputed, 0, (many - few + 2) * input);
        Assert.True(
            keptOfMany - kept > 10 * (recomputedOfMany - recomputed),
            $"kept {kept} and {keptOfMany}, recomputed {recomputed} and {recomputedOfMany}"
        );
    }

    static FlowModel Create(string variant, string distribution, ImageShape image, int levels, int steps, long seed)
    {
        var (architecture, options) = FlowVariants.Parse(variant, levels, steps, hidden: 6);
        var @base = BaseDistributions.Create(
            distribution,
            image.Dimension,
            alpha: 2,
            kappa: image.Dimension,
            isLearned: distribution != "gaussian"
        );
        return Draw.Randomised(FlowModel.Create(architecture, image, options, @base, seed), seed, 0.02);
    }

    static (Tensor Sum, Tensor Gradient) Gradient(FlowModel model, Tensor images, bool isKept)
    {
        model.zero_grad();
        var sum = Backward(model, images, isKept);
        return (sum, cat([.. model.NamedParameters().Select(entry => entry.Tensor.grad!.flatten())]));
    }

    static Tensor Backward(FlowModel model, Tensor images, bool isKept)
    {
        if (!isKept)
            return model.BackwardRecomputing(images, 0.1);
        var sum = model.LogProb(images).sum() * 0.1;
        sum.backward();
        return sum.detach();
    }

    /// <summary>Bytes that a step takes at most, looked at between the layers.</summary>
    static long Peak(string coupling, int steps, bool isKept)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var shape = new ImageShape(Channels, Side, Side);
        var probe = new Probe();
        var parts = Enumerable
            .Range(0, steps)
            .Select(step =>
                (
                    $"step{step}",
                    (Transform)
                        new CompositeTransform(
                            ("probe", probe),
                            ("actnorm", new ActNorm(Channels)),
                            ("coupling", new Coupling(new ChannelMask(Channels), CouplingMaps.Of(coupling), hidden: 32, generator)),
                            ("last", probe)
                        )
                )
            );
        var flow = new MultiScaleTransform((new CompositeTransform([.. parts]), shape));
        using var model = new FlowModel(flow, new Gaussian(shape.Dimension));
        var images = Draw.Normal(2, float32, Batch, Channels, Side, Side);
        // The first one makes the parameters' gradients. The median knows nothing of what others allocate or free once.
        Step();
        return Enumerable.Range(0, 5).Select(_ => Measure()).Order().ElementAt(2);

        long Measure()
        {
            var before = NativeMemory.InUse();
            probe.Peak = 0;
            Step();
            return probe.Peak - before;
        }

        void Step()
        {
            using var inner = NewDisposeScope();
            Backward(model, images, isKept);
        }
    }

    /// <summary>Passes on what it is given, and looks at the memory.</summary>
    sealed class Probe : Transform
    {
        public long Peak { get; set; }

        public override (Tensor Value, Tensor LogDeterminant) Forward(Tensor x)
        {
            Peak = Math.Max(Peak, NativeMemory.InUse());
            return (x.alias(), zeros(x.shape[0]));
        }

        public override (Tensor Value, Tensor LogDeterminant) Inverse(Tensor z) => Forward(z);
    }
}
