using static TorchSharp.torch;

namespace Orchestrator.Training.Optimisation;

/// <summary>Adamax (Kingma and Ba 2015, arXiv 1412.6980, section 7): Adam by the largest gradient instead of the mean square.</summary>
public sealed class Adamax : Optimizer
{
    const double Beta1 = 0.9;
    const double Beta2 = 0.999;
    const double Epsilon = 1e-8;

    readonly Tensor mean;
    readonly Tensor largest;

    public Adamax(Tensor weights)
        : base(weights)
    {
        mean = Moment("adamax.mean");
        largest = Moment("adamax.largest");
    }

    protected override void Update(Tensor gradient, double learningRate, long step)
    {
        mean.TimesInPlace(Beta1).PlusInPlace(gradient, 1 - Beta1);
        largest.copy_(maximum(largest.Times(Beta2), gradient.abs().Plus(Epsilon)));
        Weights.PlusQuotientInPlace(mean, largest, -learningRate / (1 - Math.Pow(Beta1, step)));
    }
}
