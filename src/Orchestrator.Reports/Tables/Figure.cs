using System.Globalization;

namespace Orchestrator.Reports.Tables;

/// <summary>How figures are written wherever people read them.</summary>
static class Figure
{
    public const string Unknown = "—";

    public static string Bits(double? value) => value?.ToString("F3", CultureInfo.InvariantCulture) ?? Unknown;

    public static string Bits(double? value, double? standardError) => WithError(Bits(value), standardError, "F3");

    public static string Distance(double? value, double? standardError = null)
    {
        var format = Math.Abs(value ?? 0) < 10 ? "F3" : "F2";
        return WithError(value?.ToString(format, CultureInfo.InvariantCulture) ?? Unknown, standardError, format);
    }

    public static string Kernel(double? value, double? standardError)
    {
        var format = Math.Abs(value ?? 0) < 1 ? "F4" : "F2";
        return WithError(value?.ToString(format, CultureInfo.InvariantCulture) ?? Unknown, standardError, format);
    }

    public static string Deviations(double? value) => value?.ToString("+0.0;-0.0;0.0", CultureInfo.InvariantCulture) ?? Unknown;

    public static string Small(double? value) => value?.ToString("0.0e-0", CultureInfo.InvariantCulture) ?? Unknown;

    public static string Seconds(double? value) => value?.ToString("F1", CultureInfo.InvariantCulture) ?? Unknown;

    /// <summary>Thousands apart by a thin gap that does not break.</summary>
    public static string Count(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture).Replace(',', '\u202f') ?? Unknown;

    static string WithError(string value, double? standardError, string format) =>
        standardError is { } error && value != Unknown ? $"{value} ± {error.ToString(format, CultureInfo.InvariantCulture)}" : value;
}
