using static TorchSharp.torch;

namespace Orchestrator.Training.Optimisation;

/// <summary>Adam (Kingma and Ba 2015) on one flat tensor, with its moments in reach of a checkpoint.</summary>
public sealed class Adam(Tensor weights) : IDisposable
{
    const double Beta1 = 0.9;
    const double Beta2 = 0.999;
    const double Epsilon = 1e-8;

    /// <summary>Running mean of the gradient, float32 [weights].</summary>
    public Tensor Mean { get; } = zeros_like(weights, requires_grad: false).DetachFromDisposeScope();

    /// <summary>Running mean of its square, float32 [weights].</summary>
    public Tensor Square { get; } = zeros_like(weights, requires_grad: false).DetachFromDisposeScope();

    /// <param name="step">Of this update, from 1.</param>
    public void Step(Tensor gradient, double learningRate, long step)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Mean.mul_(Beta1).add_(gradient, alpha: 1 - Beta1);
        Square.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
        var size = Square.sqrt().mul_(1 / Math.Sqrt(1 - Math.Pow(Beta2, step))).add_(Epsilon);
        weights.addcdiv_(Mean, size, -learningRate / (1 - Math.Pow(Beta1, step)));
    }

    public void Dispose()
    {
        Mean.Dispose();
        Square.Dispose();
    }
}
