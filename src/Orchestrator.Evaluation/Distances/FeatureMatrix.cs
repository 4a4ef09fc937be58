using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>The shape and values that every distance asks of its features.</summary>
static class FeatureMatrix
{
    /// <summary>Rows converted to double at a time, so that a float32 matrix is never doubled as a whole.</summary>
    public const int Block = 1024;

    /// <summary>The matrix in blocks of rows, each float64 on the CPU and checked; each is disposed when the next is asked for.</summary>
    /// <exception cref="ArgumentException">Not a matrix, or fewer than <paramref name="least"/> rows.</exception>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity.</exception>
    public static IEnumerable<Tensor> Blocks(Tensor features, int least)
    {
        Check(features, least);
        for (var start = 0L; start < features.shape[0]; start += Block)
        {
            using var rows = features.narrow(0, start, Math.Min(Block, features.shape[0] - start));
            using var block = Checked(rows, least: 1, start);
            yield return block;
        }
    }

    /// <exception cref="ArgumentException">Not a matrix, or fewer than <paramref name="least"/> rows.</exception>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity.</exception>
    public static void CheckAll(Tensor features, int least)
    {
        foreach (var _ in Blocks(features, least)) { }
    }

    /// <exception cref="ArgumentException">Not a matrix, or fewer than <paramref name="least"/> rows.</exception>
    public static void Check(Tensor features, int least)
    {
        if (features.dim() != 2 || features.shape[1] == 0)
            throw new ArgumentException($"features are a matrix [n, d], not [{string.Join(", ", features.shape)}]", nameof(features));
        if (features.shape[0] < least)
            throw new ArgumentException($"at least {least} rows of features are needed, not {features.shape[0]}", nameof(features));
    }

    /// <param name="firstRow">What row 0 is called in errors, where the matrix is a block of a larger one.</param>
    /// <returns>A float64 CPU matrix of the same [n, d] values.</returns>
    /// <exception cref="ArgumentException">Not a matrix, or fewer than <paramref name="least"/> rows.</exception>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity.</exception>
    public static Tensor Checked(Tensor features, int least, long firstRow = 0)
    {
        using var scope = NewDisposeScope();
        Check(features, least);
        var matrix = features.detach().to(ScalarType.Float64, CPU).contiguous();
        var finite = matrix.isfinite();
        if (finite.all().item<bool>())
            return matrix.MoveToOuterDisposeScope();
        var first = finite.flatten().to(ScalarType.Int32).argmin().item<long>();
        throw new NonFiniteFeaturesException(
            firstRow + first / matrix.shape[1],
            first % matrix.shape[1],
            matrix.flatten()[first].item<double>()
        );
    }
}
