using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>The shape and values that every distance asks of its features.</summary>
static class FeatureMatrix
{
    /// <summary>Rows converted to double at a time, so that a float32 matrix is never doubled as a whole.</summary>
    public const int Block = 1024;

    /// <param name="firstRow">What row 0 is called in errors, where the matrix is a block of a larger one.</param>
    /// <returns>A float64 CPU matrix of the same [n, d] values.</returns>
    /// <exception cref="ArgumentException">Not a matrix, or fewer than <paramref name="least"/> rows.</exception>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity.</exception>
    public static Tensor Checked(Tensor features, int least, long firstRow = 0)
    {
        if (features.dim() != 2 || features.shape[1] == 0)
            throw new ArgumentException($"features are a matrix [n, d], not [{string.Join(", ", features.shape)}]", nameof(features));
        if (features.shape[0] < least)
            throw new ArgumentException($"at least {least} rows of features are needed, not {features.shape[0]}", nameof(features));
        var matrix = features.detach().to(ScalarType.Float64, CPU).contiguous();
        var finite = matrix.isfinite();
        if (finite.all().item<bool>())
            return matrix;
        var first = finite.flatten().to(ScalarType.Int32).argmin().item<long>();
        throw new NonFiniteFeaturesException(firstRow + first / matrix.shape[1], first % matrix.shape[1], matrix.flatten()[first].item<double>());
    }
}
