using Orchestrator.Sweeps;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>The Frechet distance extrapolated to infinitely many generated samples: FID is biased by about a constant over n, and a line
/// over 1/n takes that out.</summary>
/// <remarks>
/// Chong and Forsyth, "Effectively Unbiased FID and Inception Score and where to find them" (2020, arXiv 1911.07023), with subsets instead
/// of quasi-random samples. The real set stays as it is: its own bias remains, equal for all that is compared with it.
/// </remarks>
/// <param name="Value">Intercept of the least-squares line of FID over 1/n.</param>
/// <param name="StandardError">The standard error of the intercept, from the residuals about the line: its fit error. Subsets overlap,
/// so the draw of the samples adds to it. Null where the residuals are no more than rounding.</param>
/// <param name="Slope">FID per 1/n.</param>
/// <param name="Points">Subset sizes and their FIDs.</param>
/// <param name="Seed">The seed of the subsets.</param>
public sealed record ExtrapolatedDistance(
    double Value,
    double? StandardError,
    double Slope,
    IReadOnlyList<ExtrapolationPoint> Points,
    long Seed
)
{
    /// <summary>Subset sizes between a tenth (but at least 2) and all of the samples, evenly spaced in 1/n.</summary>
    public const int DefaultPoints = 10;

    const double SmallestShare = 0.1;
    const double Rounding = 1e-12;

    /// <param name="real">Stays whole.</param>
    /// <param name="generated">[n, d], n at least 2 × points.</param>
    /// <param name="seed">Decides the subsets.</param>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity; names the first.</exception>
    /// <exception cref="ArgumentException">Too few rows, or different dimensions.</exception>
    public static ExtrapolatedDistance Of(FrechetReference real, Tensor generated, long seed, int points = DefaultPoints)
    {
        using var scope = NewDisposeScope();
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 3);
        FeatureMatrix.CheckAll(generated, least: LeastRows(points));
        using var generator = new Generator((ulong)seed);
        var measured = Sizes((int)generated.shape[0], points)
            .Select(n =>
            {
                using var step = NewDisposeScope();
                return new ExtrapolationPoint(
                    n,
                    FrechetDistance.Between(real, generated[randperm(generated.shape[0], ScalarType.Int64, generator: generator)[..n]])
                );
            })
            .ToArray();
        return Fit(measured, seed, real.Factor.Square().sum().item<double>());
    }

    /// <summary>Rows that <see cref="Of"/> needs.</summary>
    public static int LeastRows(int points = DefaultPoints) => 2 * points;

    /// <summary>Least squares of FID = value + slope/n.</summary>
    /// <param name="variance">The variance of the real features, all together: what a FID is made of, and rounded with.</param>
    internal static ExtrapolatedDistance Fit(IReadOnlyList<ExtrapolationPoint> points, long seed = 0, double variance = 0)
    {
        var (x, y) = (points.Select(point => 1.0 / point.N).ToArray(), points.Select(point => point.Fid).ToArray());
        var ((_, meanX, spread), meanY) = (Moments.From(x), y.Average());
        var slope = x.Zip(y, (one, other) => (one - meanX) * (other - meanY)).Sum() / spread;
        var value = meanY - slope * meanX;
        var residual = x.Zip(y, (one, other) => other - value - slope * one).Sum(error => error * error) / (points.Count - 2);
        var isRounding = Math.Sqrt(residual) <= Rounding * (variance + y.Max(Math.Abs));
        return new ExtrapolatedDistance(
            value,
            isRounding ? null : Math.Sqrt(residual * (1.0 / points.Count + meanX * meanX / spread)),
            slope,
            points,
            seed
        );
    }

    static IEnumerable<int> Sizes(int n, int points)
    {
        var most = 1 / Math.Max(2, SmallestShare * n);
        return Enumerable.Range(0, points).Select(point => (int)Math.Round(1 / (most + (1.0 / n - most) * point / (points - 1))));
    }
}

/// <param name="N">Generated samples in the subset.</param>
public sealed record ExtrapolationPoint(int N, double Fid);
