using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Features;

/// <summary>Adam (Kingma and Ba 2015, arXiv 1412.6980) over the parameters of a small network, one by one.</summary>
/// <remarks>To the last bit what <c>torch.optim.Adam</c> does, whose numbers a garbage collection could free while they are read; the
/// features of a data set, and every distance on them, stay as they were.</remarks>
sealed class DomainAdam(IEnumerable<Parameter> parameters) : IDisposable
{
    const double Beta1 = 0.9;
    const double Beta2 = 0.999;
    const double Epsilon = 1e-8;

    readonly List<(Parameter Weights, Tensor Mean, Tensor Square)> states =
    [
        .. parameters.Select(weights => (weights, Zeros(weights), Zeros(weights))),
    ];

    long steps;

    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        steps++;
        var (bias1, bias2) = (1 - Math.Pow(Beta1, steps), 1 - Math.Pow(Beta2, steps));
        foreach (var (weights, mean, square) in states)
        {
            var gradient = weights.grad!;
            mean.TimesInPlace(Beta1).PlusInPlace(gradient, 1 - Beta1);
            square.TimesInPlace(Beta2).PlusProductInPlace(gradient, gradient, 1 - Beta2);
            var size = square.sqrt().Over(Math.Sqrt(bias2)).PlusInPlace(Epsilon);
            weights.PlusQuotientInPlace(mean, size, -(learningRate / bias1));
        }
    }

    public void Dispose()
    {
        foreach (var (_, mean, square) in states)
        {
            mean.Dispose();
            square.Dispose();
        }
    }

    static Tensor Zeros(Tensor like) => zeros_like(like, requires_grad: false).DetachFromDisposeScope();
}
