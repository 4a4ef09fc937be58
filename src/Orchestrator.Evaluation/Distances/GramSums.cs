using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>What the unbiased estimate and its standard error need of a kernel matrix, which is itself never held.</summary>
/// <param name="Rows">Sum of each row.</param>
/// <param name="Columns">Sum of each column.</param>
/// <param name="Squares">Sum of the squared entries.</param>
sealed record GramSums(double[] Rows, double[] Columns, double Squares)
{
    /// <summary>Rows of each set in work at a time: their kernel takes 2 MB, which a core's cache holds, and a matrix product of that size
    /// is fast.</summary>
    const long Block = 512;

    public double Total { get; } = Rows.Sum();

    /// <summary>Pairs i ≠ j of one set: the diagonal counts as 0, so nothing large is added to be taken away again.</summary>
    public static GramSums Within(Tensor x) => Of(x, x, withoutDiagonal: true);

    public static GramSums Between(Tensor x, Tensor y) => Of(x, y, withoutDiagonal: false);

    static GramSums Of(Tensor x, Tensor y, bool withoutDiagonal)
    {
        using var scope = NewDisposeScope();
        var (n, m) = (x.shape[0], y.shape[0]);
        var (rows, columns) = (zeros(n, ScalarType.Float64), zeros(m, ScalarType.Float64));
        var squares = 0.0;
        var one = ones(1, ScalarType.Float64);
        for (long start = 0; start < n; start += Block)
        {
            using var step = NewDisposeScope();
            var these = Rows(x, start).Over(x.shape[1]);
            for (var other = withoutDiagonal ? start : 0; other < m; other += Block)
            {
                using var inner = NewDisposeScope();
                var kernel = addmm(one, these, Rows(y, other).t(), 1, 1).PowerInPlace(3);
                if (withoutDiagonal && other == start)
                    kernel.diagonal().zero_();
                rows.narrow(0, start, kernel.shape[0]).PlusInPlace(kernel.sum([1]));
                columns.narrow(0, other, kernel.shape[1]).PlusInPlace(kernel.sum([0]));
                squares += kernel.flatten().dot(kernel.flatten()).item<double>() * (withoutDiagonal && other > start ? 2 : 1);
                // k(x, x') is symmetric: the block on the other side of the diagonal is this one, turned.
                if (withoutDiagonal && other > start)
                    rows.narrow(0, other, kernel.shape[1]).PlusInPlace(kernel.sum([0]));
            }
        }

        return new GramSums(rows.data<double>().ToArray(), (withoutDiagonal ? rows : columns).data<double>().ToArray(), squares);

        static Tensor Rows(Tensor of, long start) =>
            of.detach().narrow(0, start, Math.Min(Block, of.shape[0] - start)).to(ScalarType.Float64, CPU);
    }
}
