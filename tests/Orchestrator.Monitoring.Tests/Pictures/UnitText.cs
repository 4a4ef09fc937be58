using System.Globalization;

namespace Orchestrator.Monitoring.Tests.Pictures;

/// <summary>Numbers as Grafana writes them in a unit, about.</summary>
static class UnitText
{
    public static string Of(double value, string unit) =>
        unit switch
        {
            _ when !double.IsFinite(value) => "–",
            "percentunit" => Number(value * 100) + " %",
            "bytes" => Scaled(value, 1024, ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]),
            "Bps" => Scaled(value, 1000, ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"]),
            "s" => Time(value),
            "ops" => Number(value) + "/s",
            "short" when Math.Abs(value) >= 1000 => Scaled(value, 1000, ["", "K", "M", "G"]),
            _ => Number(value),
        };

    static string Time(double seconds) =>
        Math.Abs(seconds) switch
        {
            0 => "0 s",
            < 1e-3 => Number(seconds * 1e6) + " µs",
            < 1 => Number(seconds * 1e3) + " ms",
            < 120 => Number(seconds) + " s",
            < 7200 => Number(seconds / 60) + " min",
            _ => Number(seconds / 3600) + " h",
        };

    static string Scaled(double value, double step, string[] units)
    {
        var index = 0;
        for (; Math.Abs(value) >= step && index < units.Length - 1; index++)
            value /= step;
        return $"{Number(value)} {units[index]}".TrimEnd();
    }

    /// <summary>Three digits that matter.</summary>
    static string Number(double value)
    {
        var digits = value == 0 ? 0 : Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 4);
        var text = value.ToString($"F{digits}", CultureInfo.InvariantCulture);
        return digits > 0 ? text.TrimEnd('0').TrimEnd('.') : text;
    }
}
