using Orchestrator.Sweeps;

namespace Orchestrator.Evaluation.Distances;

/// <param name="StandardError">The standard error of the value, over the draw of both sets; up to a quarter too large where the two
/// distributions are the same. Null where it is no more than rounding: samples that are all the same have none.</param>
public sealed record KernelEstimate(double Value, double? StandardError)
{
    /// <summary>The ratio of what is found to what it is the difference of, below which it is rounding.</summary>
    const double Rounding = 1e-12;

    internal static KernelEstimate Of(GramSums xx, GramSums yy, GramSums xy)
    {
        var (n, m) = ((double)xx.Rows.Length, (double)yy.Rows.Length);
        var value = ValueOf(xx, yy, xy);

        // Leave one sample out: exact in first order, and twice too much of the second order, which is all there is where both sets
        // come from one distribution (Efron and Stein 1981). The second order is known in closed form and taken out once.
        var withoutX = xx.Rows.Zip(
            xy.Rows,
            (r, c) => (xx.Total - 2 * r) / ((n - 1) * (n - 2)) + yy.Total / (m * (m - 1)) - 2 * (xy.Total - c) / ((n - 1) * m)
        );
        var withoutY = yy.Rows.Zip(
            xy.Columns,
            (r, c) => xx.Total / (n * (n - 1)) + (yy.Total - 2 * r) / ((m - 1) * (m - 2)) - 2 * (xy.Total - c) / (n * (m - 1))
        );
        var jackknife = (n - 1) / n * SquaredDeviations(withoutX) + (m - 1) / m * SquaredDeviations(withoutY);
        var secondOrder = 2 * PairVariance(xx) / (n * (n - 1)) + 2 * PairVariance(yy) / (m * (m - 1)) + 4 * CrossVariance(xy) / (n * m);
        var error = Math.Sqrt(Math.Max(jackknife - secondOrder, secondOrder));
        var size = Math.Sqrt((xx.Squares + yy.Squares + xy.Squares) / (n * (n - 1) + m * (m - 1) + n * m));
        return new KernelEstimate(value, error > Rounding * size ? error : null);
    }

    internal static double ValueOf(GramSums xx, GramSums yy, GramSums xy)
    {
        var (n, m) = ((double)xx.Rows.Length, (double)yy.Rows.Length);
        return xx.Total / (n * (n - 1)) + yy.Total / (m * (m - 1)) - 2 * xy.Total / (n * m);
    }

    static double SquaredDeviations(IEnumerable<double> values) => Moments.From([.. values]).SquaredDeviations;

    /// <summary>Variance of k(x, x') beyond its mean and row effects: residuals of the additive fit over i ≠ j, by their n(n-3) degrees of
    /// freedom.</summary>
    static double PairVariance(GramSums gram)
    {
        var n = (double)gram.Rows.Length;
        var fitted = gram.Total * gram.Total / (n * (n - 1)) + 2 * SquaredDeviations(gram.Rows) / (n - 2);
        return Beyond(gram.Squares, fitted) / (n * (n - 3));
    }

    /// <summary>The same of k(x, y): beyond its row and column effects.</summary>
    static double CrossVariance(GramSums gram)
    {
        var (n, m) = ((double)gram.Rows.Length, (double)gram.Columns.Length);
        var fitted = gram.Total * gram.Total / (n * m) + SquaredDeviations(gram.Rows) / m + SquaredDeviations(gram.Columns) / n;
        return Beyond(gram.Squares, fitted) / ((n - 1) * (m - 1));
    }

    /// <returns>What is left of the squares; 0 where that is rounding.</returns>
    static double Beyond(double squares, double fitted) => squares - fitted > Rounding * squares ? squares - fitted : 0;
}
