using Orchestrator.Evaluation.Baselines;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Baselines;

public sealed class FactorisedHistogramSpecs
{
    [Fact]
    public void Counts_of_each_pixel_plus_one_decide()
    {
        using var scope = NewDisposeScope();
        // Two pixels of 4 levels: probabilities (3, 1, 1, 1)/6 and (1, 1, 1, 3)/6.
        var train = tensor(new byte[] { 0, 3, 0, 3 }).reshape(2, 1, 1, 2);
        var test = tensor(new byte[] { 0, 0, 1, 3, 0, 3 }).reshape(3, 1, 1, 2);
        var bits = -(3 * Math.Log2(3 / 6.0) + Math.Log2(1 / 6.0) + Math.Log2(1 / 6.0) + Math.Log2(3 / 6.0)) / 6;
        Near.To(bits, FactorisedHistogram.BitsPerDim(train, test, levels: 4), 1e-14);
    }

    [Fact]
    public void The_digits_score_as_measured()
    {
        using var digits = new DigitsTensors();
        Near.To(2.4376, FactorisedHistogram.BitsPerDim(digits.Train, digits.Test, levels: 17), 1e-4);
    }
}
