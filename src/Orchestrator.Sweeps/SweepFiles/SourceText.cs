using System.Globalization;
using System.Text;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>The text of a sweep file, before it is YAML: UTF-8 of bounded size, in which every character can be seen.</summary>
static class SourceText
{
    const int MaxBytes = 1 << 20,
        MostTold = 10;

    /// <exception cref="SweepFileException">Too large, not UTF-8, or a control character is in it.</exception>
    public static string Read(Stream content, string fileName)
    {
        var bytes = new byte[MaxBytes + 1];
        var count = content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Decode(bytes.AsSpan(0, count), fileName);
    }

    /// <returns>False where the text must not be read as YAML; the reason is among the problems.</returns>
    public static bool Check(string text, ProblemList problems)
    {
        var before = problems.Count;
        if (Encoding.UTF8.GetByteCount(text) > MaxBytes)
            problems.Add(new(1, 1), "", "larger than 1 MiB: expected a sweep file");
        else
            CheckCharacters(text, problems);
        return problems.Count == before;
    }

    /// <returns>The first character of a text that is hidden; null where none is.</returns>
    public static Rune? Hidden(string text) => text.EnumerateRunes().Where(IsHidden).Cast<Rune?>().FirstOrDefault();

    /// <summary>As messages name a character that cannot be shown.</summary>
    public static string Name(int character) => string.Create(CultureInfo.InvariantCulture, $"U+{character:X4}");

    /// <summary>Nobody sees it, or it changes how the text around it is shown: a control character, a separator of lines, a mark of
    /// direction.</summary>
    static bool IsHidden(Rune rune) =>
        rune.Value is '\uFEFF' or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    static string Decode(ReadOnlySpan<byte> bytes, string fileName)
    {
        var problems = new ProblemList(fileName);
        if (bytes.Length > MaxBytes)
            problems.Add(new(1, 1), "", "larger than 1 MiB: expected a sweep file");
        else if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            problems.Add(new(1, 1), "", "this is UTF-16: save it as UTF-8");
        else if (FirstBad(bytes) is >= 0 and var bad)
            problems.Add(
                At(Encoding.UTF8.GetString(bytes[..bad])),
                "",
                $"the byte {Convert.ToHexStringLower(bytes[bad..(bad + 1)])} is not UTF-8: save the file as UTF-8"
            );
        if (problems.Count > 0)
            throw problems.ToException();
        return Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF');
    }

    static int FirstBad(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length; )
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) != System.Buffers.OperationStatus.Done)
                return at;
            at += length;
        }

        return -1;
    }

    static void CheckCharacters(string text, ProblemList problems)
    {
        for (var at = 0; at < text.Length && problems.Count < MostTold; )
        {
            var isWhole = Rune.TryGetRuneAt(text, at, out var rune);
            // The mark of UTF-8 may stand at the very beginning.
            if (!isWhole)
                problems.Add(At(text[..at]), "", $"half of a character ({Name(text[at])}) is here: leave it out");
            else if (IsHidden(rune) && text[at] is not ('\t' or '\n' or '\r') && !(at == 0 && text[at] == '\uFEFF'))
                problems.Add(At(text[..at]), "", $"the control character {Name(rune.Value)} is here: leave it out");
            at += isWhole ? rune.Utf16SequenceLength : 1;
        }
    }

    /// <summary>Where a text goes on after its beginning. Lines end as in YAML: by a line feed, a carriage return, or both.</summary>
    static Position At(string before)
    {
        var lines = before.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
        return new(lines.Length, 1 + lines[^1].TrimStart('\uFEFF').EnumerateRunes().Count());
    }
}
