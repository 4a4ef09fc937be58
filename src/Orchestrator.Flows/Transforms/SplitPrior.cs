using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>The learned prior N(m(y1), exp l(y1)) of the half that leaves at a split, as an affine step: z2 = (y2 - m) / exp l.</summary>
/// <remarks>
/// [B,C,H,W], C even; m and r are one 3×3 convolution of the first half, zero at the start; l = 5 tanh(r / 5). Log-determinant: -sum(l).
/// The bound keeps decoding finite: exp r of a latent far from the training data overflows and takes the whole image with it.
/// </remarks>
public sealed class SplitPrior : Transform
{
    const double LargestLogDeviation = 5;

    [ComponentName(Name = "weight")]
    readonly Parameter weight;

    [ComponentName(Name = "bias")]
    readonly Parameter bias;

    public SplitPrior(int channels)
    {
        weight = new Parameter(zeros(channels, channels / 2, 3, 3));
        bias = new Parameter(zeros(channels));
        RegisterComponents();
    }

    public override (Tensor Value, Tensor LogDeterminant) Forward(Tensor x)
    {
        var halves = x.chunk(2, 1);
        var (mean, logDeviation) = Prior(halves[0]);
        return (cat([halves[0], (halves[1] - mean) * logDeviation.neg().exp()], 1), -logDeviation.sum([1, 2, 3]));
    }

    public override (Tensor Value, Tensor LogDeterminant) Inverse(Tensor z)
    {
        var halves = z.chunk(2, 1);
        var (mean, logDeviation) = Prior(halves[0]);
        return (cat([halves[0], (halves[1] * logDeviation.exp()).Plus(mean)], 1), logDeviation.sum([1, 2, 3]));
    }

    (Tensor Mean, Tensor LogDeviation) Prior(Tensor condition)
    {
        var parts = Im2Col.Convolve(condition, weight, bias).chunk(2, 1);
        return (parts[0], parts[1].Over(LargestLogDeviation).tanh().Times(LargestLogDeviation));
    }
}
