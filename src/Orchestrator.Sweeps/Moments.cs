namespace Orchestrator.Sweeps;

/// <summary>Mean and spread of some numbers.</summary>
/// <param name="Count">How many; at least 1.</param>
/// <param name="SquaredDeviations">Sum of the squared differences from the mean.</param>
public readonly record struct Moments(int Count, double Mean, double SquaredDeviations)
{
    /// <exception cref="InvalidOperationException">There are none.</exception>
    public static Moments From(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        return new Moments(values.Count, mean, values.Sum(value => (value - mean) * (value - mean)));
    }

    /// <summary>The standard error of the mean, by the sample's variance over n - 1; null of a single value.</summary>
    public double? StandardError => Count < 2 ? null : Math.Sqrt(SquaredDeviations / (Count - 1) / Count);
}
