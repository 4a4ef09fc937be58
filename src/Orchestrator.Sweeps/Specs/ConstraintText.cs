using System.Text.RegularExpressions;

namespace Orchestrator.Sweeps.Specs;

enum ConstraintTokenKind
{
    Number,
    Name,
    Text,
    Sign,
    End,
}

/// <param name="Text">As written; of a text in quotes what is between them.</param>
/// <param name="At">Where it begins, from 0.</param>
readonly record struct ConstraintToken(ConstraintTokenKind Kind, string Text, int At)
{
    public override string ToString() => Kind == ConstraintTokenKind.End ? "the end" : Printable.Quote(Text);
}

/// <summary>Takes the text of a condition apart.</summary>
static partial class ConstraintText
{
    /// <exception cref="ConstraintException">There is a character that no condition has.</exception>
    public static List<ConstraintToken> Tokens(string text)
    {
        var tokens = new List<ConstraintToken>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
                break;
            var match = Token().Match(text, at);
            if (!match.Success)
                throw new ConstraintException(at, Complaint(text, at));
            var group = match.Groups.Cast<Group>().Skip(1).First(one => one.Success);
            tokens.Add(new ConstraintToken(Enum.Parse<ConstraintTokenKind>(group.Name, ignoreCase: true), group.Value, at));
            at += match.Length;
        }

        tokens.Add(new ConstraintToken(ConstraintTokenKind.End, "", text.Length));
        return tokens;
    }

    static string Complaint(string text, int at) =>
        text[at] switch
        {
            '\'' or '"' => $"this quote is not closed: expected {text[at]} after the text",
            '=' => "expected == to compare",
            '&' => "expected and",
            '|' => "expected or",
            '!' => "expected not",
            _ => $"{Printable.Quote(text[at].ToString())} is no part of a condition",
        };

    [GeneratedRegex(
        """
            \G(?:(?<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
            |(?<name>[A-Za-z_][A-Za-z0-9_.]*)
            |'(?<text>[^']*)'
            |"(?<text>[^"]*)"
            |(?<sign><=|>=|==|!=|[-+*/()<>,]))
            """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Token();
}
