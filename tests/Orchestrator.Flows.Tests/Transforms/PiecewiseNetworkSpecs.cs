using Orchestrator.Flows.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests.Transforms;

public sealed class PiecewiseNetworkSpecs
{
    /// <summary>In float64 a network computes with tensors alone, and at once.</summary>
    [Theory]
    [InlineData(1, 7, 4, 3)]
    [InlineData(3, 2, 1, 1)]
    // Three pieces of 23 images and one of 6.
    [InlineData(75, 150, 8, 7)]
    public void Pieces_give_the_same_values_and_gradients(int batch, int hidden, int height, int width)
    {
        using var scope = NewDisposeScope();
        var (coarse, fine) = (Create(hidden, float32), Create(hidden, float64));
        var (x, weights) = (Draw.Normal(3, float64, batch, 2, height, width), Draw.Normal(4, float64, batch, 6, height, width));
        Assert.True(PiecewiseNetwork.Takes(x.to(float32)));
        Assert.False(PiecewiseNetwork.Takes(x));
        foreach (var (expected, actual) in Differentiate(fine, x, weights).Zip(Differentiate(coarse, x.to(float32), weights)))
            Verify.AreClose(expected, actual, 1e-5 * Math.Max(1, expected.abs().max().item<double>()));
    }

    [Fact]
    public void Equal_calls_give_equal_bytes_and_so_without_gradient()
    {
        using var scope = NewDisposeScope();
        var network = Create(hidden: 150, float32);
        var (x, weights) = (Draw.Normal(3, float32, 75, 2, 8, 7), ones(75, 6, 8, 7));
        var first = Differentiate(network, x, weights);
        foreach (var (one, other) in first.Zip(Differentiate(network, x, weights)))
            Verify.HaveEqualBytes(one, other);
        using var noGradient = no_grad();
        Verify.HaveEqualBytes(first[0], network.Forward(x));
    }

    [Fact]
    public void Activations_are_gone_with_the_graph()
    {
        using var scope = NewDisposeScope();
        var network = Create(hidden: 8, float32);
        var x = Draw.Normal(3, float32, 4, 2, 4, 4);
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            using var step = NewDisposeScope();
            network.Forward(x).sum().backward();
            foreach (var parameter in network.parameters())
                parameter.grad = null;
        }
    }

    [Fact]
    public void One_layer_is_kept_and_freed_by_backward_before_the_graph_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "it is glibc that tells what is in use");
        const int batch = 75,
            hidden = 150,
            layer = hidden * batch * 8 * 7 * sizeof(float);
        using var scope = NewDisposeScope();
        var network = Create(hidden, float32);
        // The first step makes the parameters' gradients.
        Step();
        var (kept, left) = Step();
        Assert.InRange(kept, layer, 1.2 * layer);
        Assert.InRange(left, 0, 0.3 * layer);

        (long Kept, long Left) Step()
        {
            using var step = NewDisposeScope();
            var x = Draw.Normal(3, float32, batch, 2, 8, 7);
            var before = NativeMemory.InUse();
            var loss = network.Forward(x).sum();
            var kept = NativeMemory.InUse() - before;
            loss.backward();
            return (kept, NativeMemory.InUse() - before);
        }
    }

    static CouplingNetwork Create(int hidden, ScalarType type)
    {
        using var generator = new Generator(1, CPU);
        return Draw.Randomised(new CouplingNetwork(2, 6, hidden, generator), 2).to(type);
    }

    /// <returns>The output, and the gradients of the input and the parameters.</returns>
    static Tensor[] Differentiate(CouplingNetwork network, Tensor images, Tensor weights)
    {
        using var x = images.detach().clone().requires_grad_();
        network.zero_grad();
        var y = network.Forward(x);
        (y * weights.to(y.dtype)).sum().backward();
        return [y.detach(), x.grad!, .. network.named_parameters().Select(entry => entry.parameter.grad!)];
    }
}
