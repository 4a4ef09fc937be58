using System.Collections.Immutable;
using Orchestrator.Sweeps;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>Which test images are joined by paths, and which points of the paths are decoded and scored. The same for every
/// scheme.</summary>
/// <param name="First">Where each path begins: an index into the test split.</param>
/// <param name="Second">Where it ends; never the same image.</param>
/// <param name="Points">By position along the path, the ends left out: the paths of which this point is scored.</param>
sealed record PathPlan(int[] First, int[] Second, ImmutableArray<(double Lambda, int[] Paths)> Points)
{
    public int N => Points.Sum(point => point.Paths.Length);

    /// <param name="pairs">Paths, at least 1.</param>
    /// <param name="points">Points along each, both ends included; at least 3.</param>
    /// <param name="most">Points scored at most: fewer of each path rather than fewer paths, and every position about equally
    /// often.</param>
    public static PathPlan Draw(int images, int pairs, int points, int most, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 1);
        var first = Enumerable.Range(0, pairs).Select(pair => Below(seed, pair, "first", images)).ToArray();
        var second = first.Select((one, pair) => (one + 1 + Below(seed, pair, "second", images - 1)) % images).ToArray();
        return Over(first, second, points, most);
    }

    /// <summary>A plan whose paths have both ends of one class; classes with a single image are left out.</summary>
    /// <param name="labels">The classes of the test split's images.</param>
    public static PathPlan DrawWithinClass(IReadOnlyList<byte> labels, int pairs, int points, int most, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pairs, 1);
        var classes = Enumerable
            .Range(0, labels.Count)
            .GroupBy(image => labels[image])
            .Where(members => members.Count() > 1)
            .ToDictionary(members => members.Key, members => members.ToArray());
        var candidates = classes.Values.SelectMany(members => members).Order().ToArray();
        ArgumentOutOfRangeException.ThrowIfLessThan(candidates.Length, 2);
        var first = Enumerable.Range(0, pairs).Select(pair => candidates[Below(seed, pair, "first", candidates.Length)]).ToArray();
        var second = first
            .Select(
                (one, pair) =>
                {
                    var members = classes[labels[one]];
                    return members[(Array.IndexOf(members, one) + 1 + Below(seed, pair, "second", members.Length - 1)) % members.Length];
                }
            )
            .ToArray();
        return Over(first, second, points, most);
    }

    static PathPlan Over(int[] first, int[] second, int points, int most)
    {
        var pairs = first.Length;
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 3);
        var inner = points - 2;
        var scored =
            from k in Enumerable.Range(0, Math.Min(most, pairs * inner))
            let pair = k % pairs
            group pair by (pair + k / pairs) % inner + 1 into position
            orderby position.Key
            select (position.Key / (points - 1.0), position.ToArray());
        return new PathPlan(first, second, [.. scored]);
    }

    static int Below(long seed, int pair, string end, int below) => (int)(Seed.Derive(seed, end, pair) % below);
}
