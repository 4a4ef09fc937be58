using System.Collections.Immutable;
using Orchestrator.Sweeps;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>Which test images are joined by paths, and which points of the paths are decoded and scored. The same for every scheme.</summary>
/// <param name="First">Where each path begins: an index into the test split.</param>
/// <param name="Second">Where it ends; never the same image.</param>
/// <param name="Points">By position along the path, the ends left out: the paths of which this point is scored.</param>
sealed record PathPlan(int[] First, int[] Second, ImmutableArray<(double Lambda, int[] Paths)> Points)
{
    public int N => Points.Sum(point => point.Paths.Length);

    /// <param name="pairs">Paths, at least 1.</param>
    /// <param name="points">Points along each, both ends included; at least 3.</param>
    /// <param name="most">Points scored at most: fewer of each path rather than fewer paths, and every position about equally often.</param>
    public static PathPlan Draw(int images, int pairs, int points, int most, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 3);
        var first = Enumerable.Range(0, pairs).Select(pair => Draw(pair, "first", images)).ToArray();
        var second = first.Select((one, pair) => (one + 1 + Draw(pair, "second", images - 1)) % images).ToArray();
        var inner = points - 2;
        var scored = from k in Enumerable.Range(0, Math.Min(most, pairs * inner))
                     let pair = k % pairs
                     group pair by (pair + k / pairs) % inner + 1 into position
                     orderby position.Key
                     select (position.Key / (points - 1.0), position.ToArray());
        return new PathPlan(first, second, [.. scored]);

        int Draw(int pair, string end, int below) => (int)(Seed.Derive(seed, end, pair) % below);
    }
}
