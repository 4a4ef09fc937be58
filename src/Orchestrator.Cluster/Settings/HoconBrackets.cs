namespace Orchestrator.Cluster.Settings;

/// <summary>Looks for a bracket or a text that is left open: the parser of Akka.NET takes some of these for complete, and never returns
/// from others.</summary>
static class HoconBrackets
{
    /// <returns>What is wrong and where, for people; null where all is closed.</returns>
    public static string? Fault(string text)
    {
        var open = new Stack<(char Bracket, int Line)>();
        var line = 1;
        for (var at = 0; at < text.Length; at++)
        {
            switch (text[at])
            {
                case '\n':
                    line++;
                    break;
                case '#':
                case '/' when At(text, at, "//"):
                    at = EndOfLine(text, at) - 1;
                    break;
                case '"':
                    var end = EndOfText(text, at);
                    if (end < 0)
                        return $"line {line}: a text is not closed";
                    line += text.AsSpan(at..end).Count('\n');
                    at = end - 1;
                    break;
                case '{' or '[':
                    open.Push((text[at], line));
                    break;
                case '}' or ']':
                    if (!open.TryPop(out var opened))
                        return $"line {line}: '{text[at]}' closes nothing";
                    if ((opened.Bracket == '{') != (text[at] == '}'))
                        return $"line {line}: '{text[at]}' where '{opened.Bracket}' of line {opened.Line} is open";
                    break;
            }
        }

        return open.TryPop(out var left) ? $"line {left.Line}: '{left.Bracket}' is not closed" : null;
    }

    static bool At(string text, int at, string what) => text.AsSpan(at).StartsWith(what, StringComparison.Ordinal);

    static int EndOfLine(string text, int at) => text.IndexOf('\n', at) is >= 0 and var end ? end : text.Length;

    // Behind the closing quotation mark; -1 where there is none.
    static int EndOfText(string text, int at)
    {
        const string block = "\"\"\"";
        if (At(text, at, block))
            return text.IndexOf(block, at + block.Length, StringComparison.Ordinal) is >= 0 and var end ? end + block.Length : -1;
        for (var i = at + 1; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                return i + 1;
        }

        return -1;
    }
}
