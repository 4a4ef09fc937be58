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

    const int LongestShown = 60;

    /// <summary>The same text with its control characters, but for line ends and tabs, spelled out as in JSON: <c>\u001b</c>.</summary>
    public static string From(string text) => text.AsSpan().ContainsAny(Controls) ? Spelled(text) : text;

    /// <summary>One line of at most 60 characters, without control characters.</summary>
    public static string Short(string text)
    {
        var line = string.Concat(text.Take(LongestShown).Select(character => char.IsControl(character) ? ' ' : character));
        return text.Length > LongestShown ? line + "…" : line;
    }

    /// <summary>One line of at most 60 characters, without control characters, in quotes.</summary>
    public static string Quote(string text) => text.Length == 0 ? "nothing" : $"'{Short(text)}'";

    /// <summary>A library's message as a clause that goes on in the middle of one of ours: shortened, without a capital and a full
    /// stop.</summary>
    public static string Clause(string message) =>
        Short(message).TrimEnd('.') is { Length: > 0 } line ? char.ToLowerInvariant(line[0]) + line[1..] : "";

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
