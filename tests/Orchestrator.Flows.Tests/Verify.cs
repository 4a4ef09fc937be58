using Orchestrator.Flows.Transforms;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Tests;

/// <summary>The assertions that every test of a tensor shares.</summary>
static class Verify
{
    public static void IsGood(Tensor tensor, params long[] shape)
    {
        Assert.Equal(shape, tensor.shape);
        Assert.True(tensor.isfinite().all().item<bool>(), "every value is finite");
    }

    public static void ForwardThenInverseIsTheIdentity(Transform transform, Tensor x, double tolerance)
    {
        var (z, forward) = transform.Forward(x);
        IsGood(z, z.shape);
        Assert.Equal(x.numel(), z.numel());
        IsGood(forward, x.shape[0]);
        var (back, inverse) = transform.Inverse(z);
        IsGood(back, x.shape);
        IsGood(inverse, x.shape[0]);
        AreClose(x, back, tolerance);
        AreClose(forward, -inverse, tolerance * x[0].numel());
    }

    /// <summary>Compares ln|det J| of one sample with that of the whole Jacobian by autograd.</summary>
    public static void LogDeterminantIsThatOfTheJacobian(Transform transform, Tensor x, double tolerance)
    {
        Assert.Equal(1, x.shape[0]);
        using var input = x.detach().requires_grad_();
        var (z, logDeterminant) = transform.Forward(input);
        var outputs = z.flatten();
        var rows = Enumerable
            .Range(0, (int)outputs.numel())
            .Select(i => autograd.grad([outputs[i]], [input], retain_graph: true)[0].flatten());
        var (_, expected) = linalg.slogdet(stack([.. rows]));
        AreClose(expected.view(1), logDeterminant, tolerance);
    }

    public static void AreClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        var difference = (expected.to(float64) - actual.to(float64)).abs().max().item<double>();
        Assert.True(difference <= tolerance, $"largest difference {difference} > {tolerance}");
    }

    public static void HaveEqualBytes(Tensor expected, Tensor actual) =>
        Assert.True(expected.detach().contiguous().bytes.SequenceEqual(actual.detach().contiguous().bytes), "equal bytes");
}
