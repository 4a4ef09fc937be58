using System.Buffers;
using System.Globalization;
using System.Text;

namespace Orchestrator.Sweeps;

/// <summary>Text from outside, as it may be shown: a terminal obeys control characters, and a log is read in one.</summary>
public static class Printable
{
    static readonly SearchValues<char> Controls = SearchValues.Create([
        .. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(IsSpelled),
    ]);

    /// <summary>The same text with its control characters, but for line ends and tabs, spelled out as in JSON: <c>\u001b</c>.</summary>
    public static string From(string text) => text.AsSpan().ContainsAny(Controls) ? Spelled(text) : text;

    static string Spelled(string text)
    {
        var spelled = new StringBuilder(text.Length + 16);
        foreach (var character in text)
            if (IsSpelled(character))
                spelled.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else
                spelled.Append(character);
        return spelled.ToString();
    }

    static bool IsSpelled(char character) => char.IsControl(character) && character is not ('\n' or '\t');
}
