using Orchestrator.Flows.Transforms;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests.Transforms;

public sealed class NetworkFormatSpecs
{
    static readonly ImageShape Image = new(1, 8, 8);

    [Theory, MemberData(nameof(FlowVariants.All), MemberType = typeof(FlowVariants))]
    public void Networks_in_bfloat16_give_nearly_the_same_density_and_gradient(string variant)
    {
        using var scope = NewDisposeScope();
        var model = Draw.Randomised(FlowVariants.Create(variant, Image, seed: 1), 2, 0.05);
        var (expected, gradient) = Differentiate(model, null);
        var (actual, coarse) = Differentiate(model, bfloat16);
        Assert.Equal((float64, float32), (actual.dtype, coarse.dtype));
        // Nats of 64 dimensions: 0.02 bits each would be 0.9.
        Verify.AreClose(expected, actual, 0.5);
        Assert.NotEqual(expected.bytes.ToArray(), actual.bytes.ToArray());
        Assert.InRange(((coarse - gradient).norm() / gradient.norm()).item<float>(), 0, 0.02);
    }

    [Fact]
    public void It_ends_with_its_scope_and_is_the_threads_own()
    {
        using var scope = NewDisposeScope();
        var images = zeros(1, 1, 8, 8, float64);
        using (new NetworkFormat(bfloat16))
        {
            using (new NetworkFormat(float16))
                Assert.Equal(float16, NetworkFormat.For(images));
            Assert.Equal(bfloat16, NetworkFormat.For(images));
            var other = new Thread(() => Assert.Equal(float64, NetworkFormat.For(images)));
            other.Start();
            other.Join();
        }
        Assert.Equal(float64, NetworkFormat.For(images));
    }

    [Theory, MemberData(nameof(FlowVariants.All), MemberType = typeof(FlowVariants))]
    public void The_inverse_is_exact_whatever_the_networks_compute_in(string variant)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var format = new NetworkFormat(bfloat16);
        var model = Draw.Randomised(FlowVariants.Create(variant, Image, seed: 3), 4, 0.05);
        var images = Draw.Normal(5, float32, 8, 1, 8, 8);
        Verify.AreClose(images, model.Decode(model.Encode(images)), 1e-3);
    }

    static (Tensor LogProb, Tensor Gradient) Differentiate(FlowModel model, ScalarType? networks)
    {
        using var format = networks is { } type ? new NetworkFormat(type) : null;
        model.zero_grad();
        var logProb = model.LogProb(Draw.Normal(6, float32, 16, 1, 8, 8));
        logProb.sum().backward();
        return (logProb.detach(), cat([.. model.NamedParameters().Select(entry => entry.Tensor.grad!.flatten())]));
    }
}
