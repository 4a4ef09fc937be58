using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Says where a text stopped being YAML, and what was expected there.</summary>
/// <remarks>The parser often notices lines later, or names the place where the document began.</remarks>
/// <param name="text">Of the whole file.</param>
sealed class YamlFault(string text)
{
    const string NoSpace = "expected a space after the colon";

    readonly string[] lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Split('\n');
    readonly Stack<(Position At, char Closing)> open = new();
    ParsingEvent? longQuote;

    /// <summary>To be told of every event of the parser, in its order.</summary>
    public void Follow(ParsingEvent read)
    {
        switch (read)
        {
            case SequenceStart { Style: SequenceStyle.Flow }:
                open.Push((At(read.Start), ']'));
                break;
            case MappingStart { Style: MappingStyle.Flow }:
                open.Push((At(read.Start), '}'));
                break;
            case SequenceEnd or MappingEnd when open.TryPeek(out var last) && CharacterAt(read.Start) == last.Closing:
                open.Pop();
                break;
            case Scalar { Style: ScalarStyle.DoubleQuoted or ScalarStyle.SingleQuoted } when read.End.Line > read.Start.Line:
                longQuote = read;
                break;
        }
    }

    /// <param name="error">What the parser threw.</param>
    /// <param name="reached">How far it had read.</param>
    public (Position At, string Message) Explain(Exception error, Mark reached)
    {
        var yaml = error as YamlException;
        var message = yaml?.Message ?? "";
        if (message.Contains("tab", StringComparison.Ordinal) && TabIn((int)reached.Line) is { } tab)
            return (tab, "a tab indents this line: expected spaces");
        if (IsUnclosedQuote(message))
            return (At(yaml!.Start), $"this quote is not closed: expected {CharacterAt(yaml.Start)} at the end of the value");
        if (yaml is not null && longQuote is { } quote && yaml.Start.Line == quote.End.Line)
            return (
                At(quote.Start),
                $"this quote closes only in line {quote.End.Line}: expected {CharacterAt(quote.Start)} at the end of the value"
            );
        if (open.TryPeek(out var bracket) && (yaml is null || IsAtEnd(yaml.Start)))
            return (bracket.At, $"this {CharacterAt(bracket.At)} is not closed: expected {bracket.Closing}");
        if (yaml is null)
            return (At(reached), "not YAML: cannot be read on from here");
        if (message.Contains("invalid mapping", StringComparison.Ordinal))
            return SecondColon(At(yaml.Start));
        if (message.Contains("node content", StringComparison.Ordinal))
            return (At(yaml.Start), "expected a value");
        if (message.Contains("did not find expected key", StringComparison.Ordinal) && Glued((int)yaml.Start.Line) is { } glued)
            return (glued, NoSpace);
        if (message.Contains("did not find expected key", StringComparison.Ordinal))
            return (At(yaml.Start), "expected a key, a colon and a value, such as 'name: first', in line with the keys above");
        if (bracket.Closing != 0 && message.Contains("did not find expected", StringComparison.Ordinal))
            return (At(yaml.Start), $"expected a comma or {bracket.Closing}, to go on with the {CharacterAt(bracket.At)} of {bracket.At}");
        return (At(yaml.Start), $"not YAML: {Printable.Clause(message)}");
    }

    /// <summary>A colon was found inside a value that has no quotes: that value began in this line, or the line was taken for more of the
    /// one above.</summary>
    (Position At, string Message) SecondColon(Position colon)
    {
        var line = Line(colon.Line);
        var before = line[..Math.Min(line.Length, colon.Column - 1)];
        if (before.Contains(": ", StringComparison.Ordinal))
            return (colon, "a second colon in one value: put the value in quotes, or begin a new line");
        var above = colon.Line - 1;
        while (above > 1 && Line(above).AsSpan().Trim() is [] or ['#', ..])
            above--;
        if (Glued(above) is { } glued)
            return (glued, NoSpace);
        return (
            new(colon.Line, 1 + Indent(line)),
            $"this line is indented as if it went on with the value of line {above}: expected it in line with a key above"
        );
    }

    static bool IsUnclosedQuote(string message) =>
        message.Contains("quoted scalar, found unexpected end of stream", StringComparison.Ordinal)
        || message.Contains("quoted scalar, found wrong indentation", StringComparison.Ordinal)
        || message.Contains("quoted scalar, found unexpected document indicator", StringComparison.Ordinal);

    /// <returns>Where the value begins in a line such as <c>name:first</c>; null where the line's first colon has its space.</returns>
    Position? Glued(int number) =>
        Line(number).IndexOf(':', StringComparison.Ordinal) is >= 0 and var colon && Line(number).AsSpan(colon + 1) is [not ' ', ..]
            ? new(number, colon + 2)
            : null;

    Position? TabIn(int number) => Line(number).IndexOf('\t', 0, Indent(Line(number))) is >= 0 and var tab ? new(number, tab + 1) : null;

    bool IsAtEnd(Mark mark) =>
        Line((int)mark.Line).AsSpan(Math.Min(Line((int)mark.Line).Length, (int)mark.Column - 1)).Trim().IsEmpty
        && lines.Skip((int)mark.Line).All(string.IsNullOrWhiteSpace);

    static int Indent(string line) => line.Length - line.AsSpan().TrimStart().Length;

    string Line(int number) => number >= 1 && number <= lines.Length ? lines[number - 1] : "";

    char CharacterAt(Mark mark) => CharacterAt(At(mark));

    char CharacterAt(Position at) => at.Column >= 1 && at.Column <= Line(at.Line).Length ? Line(at.Line)[at.Column - 1] : ' ';

    static Position At(Mark mark) => new((int)mark.Line, (int)mark.Column);
}
