using Orchestrator.Sweeps;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>Kernel distance between two sets of features (KID, on whichever network made them): the unbiased squared MMD under k(x, y) =
/// (x·y/d + 1)³.</summary>
/// <remarks>Binkowski, Sutherland, Arbel and Gretton, "Demystifying MMD GANs" (2018, arXiv 1801.01401). Unbiased, so it may be negative; it
/// is never clipped.</remarks>
public static class KernelDistance
{
    /// <summary>Every pair is used: the estimate with the least variance.</summary>
    /// <param name="first">[n, d], n at least 4, any floating type.</param>
    /// <param name="second">[m, d], m at least 4.</param>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity; names the first.</exception>
    /// <exception cref="ArgumentException">Fewer than 4 rows, or different dimensions.</exception>
    public static KernelEstimate AllPairs(Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        return AllPairs(new KernelReference(first), second);
    }

    /// <summary>The same for one set that stands against many: its own pairs are summed once.</summary>
    public static KernelEstimate AllPairs(KernelReference first, Tensor second)
    {
        using var scope = NewDisposeScope();
        var other = new KernelReference(second);
        if (other.Dimensions != first.Dimensions)
            throw new ArgumentException($"features of {first.Dimensions} and of {other.Dimensions} dimensions have no distance");
        return KernelEstimate.Of(first.Within, other.Within, GramSums.Between(first.Features, other.Features));
    }

    /// <summary>The value of <see cref="AllPairs(Tensor, Tensor)"/> alone, which two rows of each set are enough for.</summary>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity; names the first.</exception>
    /// <exception cref="ArgumentException">Fewer than 2 rows, or different dimensions.</exception>
    public static double Value(Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        FeatureMatrix.CheckAll(first, least: 2);
        FeatureMatrix.CheckAll(second, least: 2);
        if (first.shape[1] != second.shape[1])
            throw new ArgumentException($"features of {first.shape[1]} and of {second.shape[1]} dimensions have no distance");
        return KernelEstimate.ValueOf(GramSums.Within(first), GramSums.Within(second), GramSums.Between(first, second));
    }

    /// <summary>The estimate over random subsets, as most papers print it.</summary>
    /// <param name="subsets">How many, at least 1.</param>
    /// <param name="size">Rows of each set in a subset, without replacement; cut to the smaller set.</param>
    /// <param name="seed">Decides the subsets.</param>
    public static KernelSubsets OverSubsets(Tensor first, Tensor second, int subsets, int size, long seed)
    {
        using var scope = NewDisposeScope();
        ArgumentOutOfRangeException.ThrowIfLessThan(subsets, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        FeatureMatrix.CheckAll(first, least: 2);
        FeatureMatrix.CheckAll(second, least: 2);
        size = (int)Math.Min(size, Math.Min(first.shape[0], second.shape[0]));
        if (size == first.shape[0] && size == second.shape[0])
            return new KernelSubsets(Value(first, second), null, 1, size, seed);
        using var generator = new Generator((ulong)seed);
        var values = new double[subsets];
        for (var i = 0; i < subsets; i++)
        {
            using var step = NewDisposeScope();
            values[i] = Value(Pick(first), Pick(second));
        }
        var moments = Moments.From(values);
        return new KernelSubsets(moments.Mean, subsets > 1 ? Math.Sqrt(moments.SquaredDeviations / subsets) : null, subsets, size, seed);

        Tensor Pick(Tensor rows) => rows[randperm(rows.shape[0], ScalarType.Int64, generator: generator)[..size]];
    }
}

/// <param name="StandardDeviation">Population standard deviation over the subsets: of one subset, not of the mean. Null where there is but
/// one.</param>
/// <param name="Subsets">One, whatever was asked for, where a subset is the whole of both sets.</param>
public sealed record KernelSubsets(double Mean, double? StandardDeviation, int Subsets, int Size, long Seed);
