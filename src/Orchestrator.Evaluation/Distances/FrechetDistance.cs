using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>Frechet distance between the normal distributions fitted to two sets of features (FID, Heusel et al. 2017,
/// arXiv 1706.08500, on whichever network made them).</summary>
/// <remarks>
/// |m1 - m2|² + tr S1 + tr S2 - 2 tr (S1 S2)^½ (Dowson and Landau 1982), where the last trace is the nuclear norm of A B' for any
/// factors S1 = A'A, S2 = B'B. Singular values are real and non-negative, so no matrix square root, no complex part and no epsilon appears.
/// Covariances are over N - 1. The value depends on N: compare only at equal N.
/// </remarks>
public static class FrechetDistance
{
    /// <summary>Distance from 1 to the next double.</summary>
    const double DoubleEpsilon = 1.0 / (1L << 52);

    /// <summary>At so many rows for each dimension they are folded into a triangle: to fold in the triangle anew costs a quarter of that
    /// then, and the rows of many features are never held as a whole.</summary>
    const int RowsOfFold = 4;

    /// <summary>Straight from the features, never squaring them: exact to rounding whatever the rank, n &lt; d included.</summary>
    /// <param name="first">[n, d], n at least 2, any floating type.</param>
    /// <param name="second">[m, d].</param>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity; names the first.</exception>
    /// <exception cref="ArgumentException">Fewer than 2 rows, or different dimensions.</exception>
    public static double Between(Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        return Between(new FrechetReference(first), second);
    }

    /// <summary>Features against a set that stands against many.</summary>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity; names the first.</exception>
    /// <exception cref="ArgumentException">Fewer than 2 rows, or different dimensions.</exception>
    public static double Between(FrechetReference first, Tensor second)
    {
        using var scope = NewDisposeScope();
        return Between(first, new FrechetReference(second));
    }

    /// <exception cref="ArgumentException">Different dimensions.</exception>
    public static double Between(FrechetReference first, FrechetReference second)
    {
        using var scope = NewDisposeScope();
        return Between(first.Mean, first.Factor, second.Mean, second.Factor);
    }

    /// <summary>From statistics alone. Squared features keep half the digits of directions without variance, which are cut at numerical
    /// rank.</summary>
    /// <exception cref="ArgumentException">Fewer than 2 samples, or different dimensions.</exception>
    public static double Between(FeatureStatistics first, FeatureStatistics second)
    {
        using var scope = NewDisposeScope();
        return Between(tensor(first.Mean), Factor(first), tensor(second.Mean), Factor(second));
    }

    static double Between(Tensor mean1, Tensor factor1, Tensor mean2, Tensor factor2)
    {
        if (mean1.shape[0] != mean2.shape[0])
            throw new ArgumentException($"features of {mean1.shape[0]} and of {mean2.shape[0]} dimensions have no distance");
        var means = (mean1 - mean2).Square().sum();
        var traces = factor1.Square().sum().Plus(factor2.Square().sum());
        return (means.Plus(traces) - linalg.svdvals(factor1.mm(factor2.t())).sum().Times(2)).item<double>();
    }

    internal static Tensor Mean(Tensor features)
    {
        using var scope = NewDisposeScope();
        var sum = zeros(features.shape[^1], ScalarType.Float64);
        foreach (var block in FeatureMatrix.Blocks(features, least: 2))
            using (NewDisposeScope())
                sum.PlusInPlace(block.sum([0]));
        return sum.OverInPlace(features.shape[0]).MoveToOuterDisposeScope();
    }

    /// <returns>A with A'A = covariance and at most min(n, d) rows: the centred rows themselves, or the triangle of their QR where n is
    /// larger.</returns>
    internal static Tensor Factor(Tensor features, Tensor mean)
    {
        using var scope = NewDisposeScope();
        var (n, d) = (features.shape[0], features.shape[1]);
        List<Tensor> rows = [empty([0, d], ScalarType.Float64)];
        foreach (var block in FeatureMatrix.Blocks(features, least: 2))
        {
            rows.Add((block - mean).OverInPlace(Math.Sqrt(n - 1)));
            if (rows.Sum(some => some.shape[0]) >= RowsOfFold * d)
                Fold();
        }

        Fold();
        return rows[0].MoveToOuterDisposeScope();

        void Fold()
        {
            using var fold = NewDisposeScope();
            var all = cat(rows);
            var folded = all.shape[0] <= d ? all : linalg.qr(all, linalg.QRMode.R).R;
            rows.ForEach(some => some.Dispose());
            rows = [folded.MoveToOuterDisposeScope()];
        }
    }

    internal static Tensor Factor(FeatureStatistics statistics)
    {
        if (statistics.N < 2)
            throw new ArgumentException($"at least 2 samples are needed for a covariance, not {statistics.N}", nameof(statistics));
        var d = statistics.Dimensions;
        var (values, vectors) = linalg.eigh(tensor(statistics.M2, [d, d]).Over(statistics.N - 1));
        var rounding = d * DoubleEpsilon * values[-1].item<double>();
        return values.where(values.IsGreaterThan(rounding), zeros_like(values)).sqrt().unsqueeze(1) * vectors.t();
    }
}
