using System.Globalization;
using System.Text;

namespace Orchestrator.Sweeps;

/// <summary>A command of this program as a person may paste it into a shell.</summary>
public static class ShellCommand
{
    const string Program = "orchestrator",
        Plain = "@%+=:,./_-";

    /// <summary>The command as one line, whatever is in the words.</summary>
    public static string Of(params IEnumerable<string> words) => string.Join(' ', words.Prepend(Program).Select(Quote));

    /// <summary>One word of a command: as it is where no shell would read anything into it, otherwise in quotes.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word[0] != '=' && word.All(character => char.IsAsciiLetterOrDigit(character) || Plain.Contains(character)) ? word
        : word.EnumerateRunes().Any(IsUnseen) ? $"$'{string.Concat(word.EnumerateRunes().Select(Escaped))}'"
        : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    // In plain quotes these would break the line, move the cursor, or hide what stands beside them.
    static bool IsUnseen(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;

    static string Escaped(Rune rune) =>
        rune.Value switch
        {
            '\'' => @"\'",
            '\\' => @"\\",
            '\n' => @"\n",
            '\t' => @"\t",
            _ when IsUnseen(rune) => string.Concat(
                Encoding.UTF8.GetBytes(rune.ToString()).Select(value => @"\" + Convert.ToString(value, 8).PadLeft(3, '0'))
            ),
            _ => rune.ToString(),
        };
}
