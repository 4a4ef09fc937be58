using static TorchSharp.torch;

namespace Orchestrator.Training.Optimisation;

/// <summary>Adam (Kingma and Ba 2015, arXiv 1412.6980) and, with a weight decay, AdamW (Loshchilov and Hutter 2019, arXiv
/// 1711.05101).</summary>
public sealed class Adam : Optimizer
{
    const double Beta1 = 0.9;
    const double Beta2 = 0.999;
    const double Epsilon = 1e-8;

    readonly double weightDecay;
    readonly Tensor mean;
    readonly Tensor square;

    /// <param name="weightDecay">The decay of all weights alike; times the learning rate it is taken off before the step.</param>
    public Adam(Tensor weights, double weightDecay = 0)
        : base(weights)
    {
        this.weightDecay = weightDecay;
        mean = Moment("adam.mean");
        square = Moment("adam.square");
    }

    protected override void Update(Tensor gradient, double learningRate, long step)
    {
        if (weightDecay > 0)
            Weights.TimesInPlace(1 - learningRate * weightDecay);
        mean.TimesInPlace(Beta1).PlusInPlace(gradient, 1 - Beta1);
        square.TimesInPlace(Beta2).PlusProductInPlace(gradient, gradient, 1 - Beta2);
        var size = square.sqrt().TimesInPlace(1 / Math.Sqrt(1 - Math.Pow(Beta2, step))).PlusInPlace(Epsilon);
        Weights.PlusQuotientInPlace(mean, size, -learningRate / (1 - Math.Pow(Beta1, step)));
    }
}
