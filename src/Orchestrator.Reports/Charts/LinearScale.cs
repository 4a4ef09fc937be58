namespace Orchestrator.Reports.Charts;

/// <summary>Maps values to coordinates.</summary>
sealed record LinearScale(double Min, double Max, double From, double To)
{
    public double At(double value) => From + (value - Min) / (Max - Min) * (To - From);

    /// <summary>The range of the values with a margin of a twentieth on both sides; never empty.</summary>
    public static LinearScale Around(IEnumerable<double> values, double from, double to)
    {
        var (min, max) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
            (min, max) = (Math.Min(min, value), Math.Max(max, value));
        var margin = max > min ? (max - min) / 20 : Math.Max(Math.Abs(max), 1) / 20;
        return new(Math.Min(min - margin, Math.BitDecrement(min)), Math.Max(max + margin, Math.BitIncrement(max)), from, to);
    }

    /// <summary>Multiples of 1, 2 or 5 times a power of ten within the range, about <paramref name="wanted"/> of them, and no two the
    /// same.</summary>
    public IEnumerable<double> Ticks(int wanted, double smallestStep = 0)
    {
        var rough = (Max - Min) / wanted;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var nice = (rough / power) switch
        {
            < 1.5 => 1,
            < 3.5 => 2,
            < 7.5 => 5,
            _ => 10,
        };
        var step = Math.Max(nice * power, smallestStep);
        var first = Math.Ceiling(Min / step);
        // Where the range is a few of the numbers that a double can be, multiples may coincide.
        var before = double.NaN;
        for (var k = 0; k <= 3 * wanted && (first + k) * step is var tick && tick <= Max; k++)
        {
            if (tick != before && tick >= Min)
                yield return tick;
            before = tick;
        }
    }
}
