using System.Globalization;
using System.Text.Json;

namespace Orchestrator.Sweeps.Specs;

/// <summary>How the numbers of a range are spread. A sweep file has the names in lower case with underscores.</summary>
public enum RangeKind
{
    /// <summary>Real numbers, each as likely.</summary>
    Uniform,

    /// <summary>Real numbers above 0 whose logarithms are each as likely.</summary>
    LogUniform,

    /// <summary>Whole numbers, both ends included, each as likely.</summary>
    IntUniform,

    /// <summary>Whole numbers, both ends included, each about as likely as its share of the logarithm.</summary>
    LogIntUniform,

    /// <summary>The lower end and what is a number of whole steps above it, each as likely.</summary>
    Quantized,

    /// <summary>Real numbers of a normal distribution, cut off where the field ends.</summary>
    Normal,
}

/// <summary>Numbers of which a search draws one.</summary>
/// <param name="Low">The lower end; the mean of a normal distribution.</param>
/// <param name="High">The upper end; the standard deviation of a normal distribution.</param>
/// <param name="Step">Between two values; null where the values are no steps apart.</param>
/// <param name="PerDimension">All three are multiples of the latent dimension, as a kappa may be.</param>
public sealed record ValueRange(RangeKind Kind, double Low, double High, double? Step = null, bool PerDimension = false)
{
    /// <summary>As a sweep file names it.</summary>
    internal static string NameOf(RangeKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>How many values there are; <see cref="long.MaxValue"/> of real numbers.</summary>
    internal long Count =>
        Kind switch
        {
            RangeKind.IntUniform or RangeKind.LogIntUniform => (long)(High - Low) + 1,
            // In doubles 0.3 - 0.1 is less than one step of 0.2.
            RangeKind.Quantized => (long)Math.Min((High - Low) / Step!.Value * (1 + 1e-9), long.MaxValue / 2) + 1,
            _ => long.MaxValue,
        };

    /// <returns>The text of a number of this range, as a sweep file may have it.</returns>
    internal string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture) + (PerDimension ? "d" : "");

    /// <summary>As a sweep file writes it.</summary>
    public override string ToString()
    {
        double[] numbers = Step is { } step ? [Low, High, step] : [Low, High];
        return $"{{ {NameOf(Kind)}: [{string.Join(", ", numbers.Select(Text))}] }}";
    }
}
