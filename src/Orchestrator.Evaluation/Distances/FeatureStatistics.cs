using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>Count, mean and centred second moments of a set of features, mergeable across blocks and workers.</summary>
/// <remarks>Pairwise update of Chan, Golub and LeVeque (1979), in double: the second moments are centred from the start, never E[xx'] -
/// mm'.</remarks>
/// <param name="N">Samples seen.</param>
/// <param name="Mean">[d].</param>
/// <param name="M2">[d, d] row-major: the sum of the outer products of x - mean.</param>
public sealed record FeatureStatistics(long N, double[] Mean, double[] M2)
{
    public int Dimensions => Mean.Length;

    public static FeatureStatistics Empty(int dimensions) => new(0, new double[dimensions], new double[dimensions * dimensions]);

    /// <param name="features">[n, d] of any floating type.</param>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity; names the first.</exception>
    public static FeatureStatistics Of(Tensor features)
    {
        using var scope = NewDisposeScope();
        if (features.dim() == 2 && features.shape[0] > FeatureMatrix.Block)
            return features.split(FeatureMatrix.Block).Select(OfBlock).Aggregate((a, b) => a.Merge(b));
        return OfBlock(features, 0);
    }

    /// <summary>The statistics of both sets together.</summary>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    public FeatureStatistics Merge(FeatureStatistics other)
    {
        if (other.Dimensions != Dimensions)
            throw new ArgumentException($"features of {Dimensions} and of {other.Dimensions} dimensions cannot be merged", nameof(other));
        if (N == 0)
            return other;
        if (other.N == 0)
            return this;
        var n = N + other.N;
        var shift = Mean.Zip(other.Mean, (a, b) => b - a).ToArray();
        var mean = Mean.Zip(shift, (m, s) => m + s * other.N / n).ToArray();
        var weight = (double)N * other.N / n;
        var m2 = new double[M2.Length];
        for (var row = 0; row < Dimensions; row++)
        for (var column = 0; column < Dimensions; column++)
        {
            var at = row * Dimensions + column;
            m2[at] = M2[at] + other.M2[at] + weight * shift[row] * shift[column];
        }
        return new FeatureStatistics(n, mean, m2);
    }

    static FeatureStatistics OfBlock(Tensor block, int index)
    {
        using var scope = NewDisposeScope();
        var x = FeatureMatrix.Checked(block, least: 1, firstRow: (long)index * FeatureMatrix.Block);
        var mean = x.mean([0]);
        var centred = x - mean;
        return new FeatureStatistics(x.shape[0], mean.data<double>().ToArray(), centred.t().mm(centred).data<double>().ToArray());
    }
}
