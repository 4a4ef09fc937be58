using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Search;

/// <summary>A density over some dimensions of the unit cube, estimated from points: a mixture of one product of kernels for each point, and
/// one of the prior, which is as wide as the cube.</summary>
/// <remarks>The kernel of a number is a normal distribution cut off at the ends of the unit interval; that of a choice has a little for
/// each other choice.</remarks>
sealed class ParzenEstimator
{
    /// <summary>So many newest points have the whole weight.</summary>
    const int WholeWeights = 25;

    readonly ImmutableArray<Kernels> kernels;
    readonly double[] weights;

    /// <param name="points">The oldest first.</param>
    public ParzenEstimator(ImmutableArray<Dimension> dimensions, IEnumerable<double?[]> points)
    {
        var those = points.Where(point => dimensions.All(dimension => point[dimension.Index] is not null)).ToList();
        kernels = [.. dimensions.Select(dimension => Kernels.Of(dimension, [.. those.Select(point => point[dimension.Index]!.Value)]))];
        weights = [.. Weights(those.Count), 1];
        var sum = weights.Sum();
        for (var i = 0; i < weights.Length; i++)
            weights[i] /= sum;
    }

    /// <returns>A coordinate for each of the dimensions.</returns>
    public double[] Draw(Draws draws)
    {
        var (rest, kernel) = (draws.Next(), 0);
        while (kernel < weights.Length - 1 && rest >= weights[kernel])
            rest -= weights[kernel++];
        return [.. kernels.Select(dimension => dimension.Draw(kernel, draws))];
    }

    /// <param name="point">A coordinate for each of the dimensions.</param>
    public double LogDensity(double[] point)
    {
        var logs = new double[weights.Length];
        for (var kernel = 0; kernel < logs.Length; kernel++)
            logs[kernel] = Math.Log(weights[kernel]);
        for (var dimension = 0; dimension < kernels.Length; dimension++)
            kernels[dimension].AddLogDensities(point[dimension], logs);
        var largest = logs.Max();
        return largest + Math.Log(logs.Sum(log => Math.Exp(log - largest)));
    }

    /// <summary>Older ones count less and less, the oldest of n only 1/n.</summary>
    static IEnumerable<double> Weights(int count)
    {
        var older = Math.Max(count - WholeWeights, 0);
        for (var i = 0; i < count; i++)
            yield return i >= older ? 1
            : older == 1 ? 1.0 / count
            : 1.0 / count + (1 - 1.0 / count) * i / (older - 1);
    }
}
