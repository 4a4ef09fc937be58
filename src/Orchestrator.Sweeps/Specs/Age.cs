using System.Globalization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Times as people write them: a whole number and its unit, <c>30d</c>.</summary>
public static class Age
{
    public const string Expected = "a whole number and its unit, as 30d (m, h, d, w)";

    public static bool TryParse(string text, out TimeSpan age)
    {
        age = default;
        if (text.Length < 2 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        var hours = text[^1] switch
        {
            'm' => 1.0 / 60,
            'h' => 1,
            'd' => 24,
            'w' => 24 * 7,
            _ => 0,
        };
        if (hours == 0 || number * hours > TimeSpan.MaxValue.TotalHours / 2)
            return false;
        age = TimeSpan.FromHours(number * hours);
        return true;
    }
}
