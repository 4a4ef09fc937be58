using System.Globalization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Sizes as written in a sweep file: a number and its unit, <c>50GiB</c>.</summary>
public static class ByteSize
{
    static readonly (string Unit, long Bytes)[] Units =
    [
        ("KiB", 1L << 10),
        ("MiB", 1L << 20),
        ("GiB", 1L << 30),
        ("TiB", 1L << 40),
        ("B", 1),
    ];

    static readonly (string Unit, long Bytes)[] Decimal =
    [
        ("kB", 1_000),
        ("KB", 1_000),
        ("MB", 1_000_000),
        ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000),
    ];

    /// <summary>Reads a size of at least one byte; false also where the unit is missing.</summary>
    public static bool TryParse(string text, out long bytes) => TryParse(text, Units, out bytes);

    /// <summary>The same of a call, which may also say <c>50GB</c>, and <c>0</c>.</summary>
    public static bool TryParseAny(string text, out long bytes) => TryParse(text, [.. Decimal, .. Units], out bytes) || text == "0";

    static bool TryParse(string text, (string Unit, long Bytes)[] units, out long bytes)
    {
        bytes = 0;
        var (unit, scale) = units.FirstOrDefault(unit => text.EndsWith(unit.Unit, StringComparison.Ordinal));
        if (unit is null)
            return false;
        if (
            !decimal.TryParse(
                text[..^unit.Length].TrimEnd(' '),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number
            )
        )
            return false;
        if (number > long.MaxValue / scale)
            return false;
        bytes = (long)(number * scale);
        return bytes >= 1;
    }

    /// <returns>Such as 1.5 MiB.</returns>
    public static string Text(long bytes) =>
        bytes switch
        {
            >= 1L << 40 => FormattableString.Invariant($"{bytes / (double)(1L << 40):0.#} TiB"),
            >= 1L << 30 => FormattableString.Invariant($"{bytes / (double)(1L << 30):0.#} GiB"),
            >= 1L << 20 => FormattableString.Invariant($"{bytes / (double)(1L << 20):0.#} MiB"),
            _ => FormattableString.Invariant($"{bytes} bytes"),
        };
}
