using Orchestrator.Evaluation.Distances;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Baselines;

/// <summary>One normal distribution with the training split's mean and covariance, on pixels dequantised as y = (x + u)/L - 1/2.</summary>
/// <remarks>
/// The noise u is uniform and independent, so it enters in closed form, in the fit (its variance 1/(12 L²) on the diagonal, which keeps
/// constant pixels regular) and in the expected score: no draws, no error from them. Scores are counted in units of one level, y L, whose
/// bits per dimension are those of the discrete pixels; only differences to the mean matter, so the shift drops out.
/// </remarks>
public static class FullCovarianceGaussian
{
    /// <summary>Variance of u.</summary>
    const double Noise = 1 / 12.0;

    /// <param name="train">uint8 [N, …] of levels, N at least 2.</param>
    /// <param name="test">uint8 [M, …].</param>
    /// <returns>Expected bits per dimension of the dequantised test pixels: nats / (D ln 2) + log2 L for y.</returns>
    public static double BitsPerDim(Tensor train, Tensor test)
    {
        using var scope = NewDisposeScope();
        var (fit, scored) = (FeatureStatistics.Of(Flat(train)), FeatureStatistics.Of(Flat(test)));
        var d = fit.Dimensions;
        var shift = tensor(scored.Mean) - tensor(fit.Mean);
        var factor = linalg.cholesky(Spread(fit));
        var quadratic = cholesky_solve(Spread(scored).Plus(shift.outer(shift)), factor).trace().item<double>();
        var logDeterminant = 2 * factor.diagonal().log().sum().item<double>();
        return 0.5 * (d * Math.Log(2 * Math.PI) + logDeterminant + quadratic) / (d * Math.Log(2));
    }

    static Tensor Flat(Tensor images) => images.reshape(images.shape[0], -1);

    /// <returns>float64 [D, D]: the dequantised pixels' covariance, over N.</returns>
    static Tensor Spread(FeatureStatistics pixels) =>
        tensor(pixels.M2, [pixels.Dimensions, pixels.Dimensions])
            .Over(pixels.N)
            .Plus(eye(pixels.Dimensions, dtype: ScalarType.Float64).Times(Noise));
}
