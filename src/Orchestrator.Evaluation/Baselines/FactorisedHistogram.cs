using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Baselines;

/// <summary>Every pixel on its own: one histogram of levels per pixel position, with one added to each count.</summary>
/// <remarks>Laplace's rule: the mean of the posterior under a uniform prior, so no level that the training split lacks is
/// impossible.</remarks>
public static class FactorisedHistogram
{
    /// <param name="train">uint8 [N, …] of 0..L-1; the same shape as test beyond N.</param>
    /// <param name="test">uint8 [M, …].</param>
    /// <returns>Bits per dimension of the discrete test pixels, which is also that of their dequantised values.</returns>
    public static double BitsPerDim(Tensor train, Tensor test, int levels)
    {
        using var scope = NewDisposeScope();
        var counts = Counts(train, levels);
        var logProbability = counts.Plus(1.0).log2_().Minus(Math.Log2(train.shape[0] + levels));
        return -(Counts(test, levels) * logProbability).sum().item<double>() / test.numel();
    }

    /// <returns>float64 [D, L].</returns>
    static Tensor Counts(Tensor images, int levels)
    {
        var flat = images.cpu().reshape(images.shape[0], -1).t();
        var counts = zeros([flat.shape[0], levels], ScalarType.Float64);
        foreach (var rows in flat.split(4096, dim: 1))
        {
            using var scope = NewDisposeScope();
            counts.scatter_add_(1, rows.to(ScalarType.Int64), ones_like(rows, ScalarType.Float64));
        }
        return counts;
    }
}
