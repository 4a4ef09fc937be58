using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Which ranges a field may have, by what it holds.</summary>
static class RangeRules
{
    static readonly Tried Untried = new(null, null, "");

    /// <returns>None where the field is no number.</returns>
    public static ImmutableArray<RangeKind> KindsOf(FieldKind kind) =>
        kind switch
        {
            WholeNumber => [RangeKind.IntUniform, RangeKind.LogIntUniform, RangeKind.Quantized],
            Number or KappaValue => [RangeKind.Uniform, RangeKind.LogUniform, RangeKind.Quantized, RangeKind.Normal],
            _ => [],
        };

    /// <returns>What may stand between two values of the field: a step, a standard deviation.</returns>
    public static FieldKind DistanceOf(FieldKind kind) =>
        kind switch
        {
            WholeNumber => new WholeNumber(1),
            KappaValue => new KappaValue(Untried, Untried),
            _ => new Number(Above: 0),
        };

    /// <returns>The least and the largest number that the field may hold.</returns>
    public static (double Least, double Most) LimitsOf(FieldKind kind, bool perDimension) =>
        kind switch
        {
            WholeNumber whole => (whole.Min, whole.Max),
            Number number => (
                number.Tried?.Least ?? number.AtLeast ?? (number.Above is { } above ? double.BitIncrement(above) : double.MinValue),
                number.Tried?.Most ?? number.AtMost ?? (number.Below is { } below ? double.BitDecrement(below) : double.MaxValue)
            ),
            KappaValue kappa => Ends(perDimension ? kappa.PerDimension : kappa.Absolute),
            _ => throw new ArgumentException($"{kind.GetType().Name} is no number", nameof(kind)),
        };

    static (double Least, double Most) Ends(Tried tried) => (tried.Least ?? double.Epsilon, tried.Most ?? double.MaxValue);
}
