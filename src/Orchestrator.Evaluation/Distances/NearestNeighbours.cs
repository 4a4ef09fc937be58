using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>Euclidean distances between sets of features, block by block, in double.</summary>
static class NearestNeighbours
{
    const long Block = 1024;

    /// <returns>Squared distance of each row to its k-th nearest other row of the same set, float64 [n]; the caller's.</returns>
    public static Tensor SquaredRadii(Tensor features, int k) =>
        ByBlock(
            features,
            features,
            (squares, start) =>
            {
                squares.diagonal(offset: start).FillInPlace(double.PositiveInfinity);
                return squares.kthvalue(k, dim: 1).values;
            }
        );

    /// <returns>For each row of <paramref name="points"/> whether it lies in the ball of any row of <paramref name="centres"/>, bool [n];
    /// the caller's.</returns>
    public static Tensor Covered(Tensor points, Tensor centres, Tensor squaredRadii) =>
        ByBlock(points, centres, (squares, _) => squares.le(squaredRadii).any(1));

    /// <returns>Indices of each point's k nearest rows of <paramref name="among"/>, nearest first, int64 [n, k]; the caller's.</returns>
    public static Tensor Nearest(Tensor points, Tensor among, int k) =>
        ByBlock(points, among, (squares, _) => squares.topk(k, dim: 1, largest: false).indexes);

    /// <summary>Hands out the squared distances [block, m] of a block of points to all others, and where the block begins.</summary>
    static Tensor ByBlock(Tensor points, Tensor others, Func<Tensor, long, Tensor> reduce)
    {
        using var scope = NewDisposeScope();
        var answers = new List<Tensor>();
        for (var start = 0L; start < points.shape[0]; start += Block)
        {
            using var step = NewDisposeScope();
            var these = Rows(points, start);
            var squares = cat(Blocks(others).Select(rows => Squares(these, rows)).ToArray(), 1);
            answers.Add(reduce(squares, start).MoveToOuterDisposeScope());
        }

        return cat(answers).MoveToOuterDisposeScope();
    }

    static IEnumerable<Tensor> Blocks(Tensor features)
    {
        for (var start = 0L; start < features.shape[0]; start += Block)
            yield return Rows(features, start);
    }

    /// <summary>|x|² + |y|² - 2 x·y: in double, equal rows come out within 1e-15 of their squares, far below any distance between
    /// features.</summary>
    static Tensor Squares(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        return addmm(x.Square().sum([1], keepdim: true).Plus(y.Square().sum([1])), x, y.t(), 1, -2)
            .ClampMinInPlace(0)
            .MoveToOuterDisposeScope();
    }

    static Tensor Rows(Tensor of, long start) =>
        of.detach().narrow(0, start, Math.Min(Block, of.shape[0] - start)).to(ScalarType.Float64, CPU);
}
