using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>What the unbiased estimate and its standard error need of a kernel matrix, which is itself never held.</summary>
/// <param name="Rows">Sum of each row.</param>
/// <param name="Columns">Sum of each column.</param>
/// <param name="Squares">Sum of the squared entries.</param>
sealed record GramSums(double[] Rows, double[] Columns, double Squares)
{
    /// <summary>Kernel entries in work at a time: 2 MB, which a core's cache holds.</summary>
    const long BlockEntries = 1 << 18;

    /// <summary>Below it a matrix product is slow.</summary>
    const long LeastRows = 32;

    public double Total { get; } = Rows.Sum();

    /// <summary>Pairs i ≠ j of one set: the diagonal counts as 0, so nothing large is added to be taken away again.</summary>
    public static GramSums Within(Tensor x) => Of(x, x, withoutDiagonal: true);

    public static GramSums Between(Tensor x, Tensor y) => Of(x, y, withoutDiagonal: false);

    static GramSums Of(Tensor x, Tensor y, bool withoutDiagonal)
    {
        using var scope = NewDisposeScope();
        var (n, m) = (x.shape[0], y.shape[0]);
        var rows = new double[n];
        var columns = zeros(m, ScalarType.Float64);
        var squares = 0.0;
        var block = Math.Max(LeastRows, BlockEntries / m);
        var (scaled, turned, one) = (x / x.shape[1], y.t(), ones(1, ScalarType.Float64));
        for (long start = 0; start < n; start += block)
        {
            using var step = NewDisposeScope();
            var kernel = addmm(one, scaled.narrow(0, start, Math.Min(block, n - start)), turned, 1, 1).pow_(3);
            if (withoutDiagonal)
                kernel.diagonal(offset: start).zero_();
            kernel.sum([1]).data<double>().CopyTo(rows, (int)start);
            columns.add_(kernel.sum([0]));
            squares += kernel.flatten().dot(kernel.flatten()).item<double>();
        }
        return new GramSums(rows, columns.data<double>().ToArray(), squares);
    }
}
