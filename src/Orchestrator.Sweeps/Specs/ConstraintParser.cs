using System.Globalization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Reads the text of a condition: or, and, not, comparisons, + and -, * and /, in this order of binding.</summary>
sealed class ConstraintParser(string text)
{
    const int MostNested = 32;

    readonly List<ConstraintToken> tokens = ConstraintText.Tokens(text);
    int next,
        depth;

    /// <summary>Every setting that was named.</summary>
    public HashSet<string> Paths { get; } = [];

    ConstraintToken Token => tokens[next];

    /// <exception cref="ConstraintException">It is no condition.</exception>
    public TruthTerm Whole()
    {
        var condition = Truth(Or());
        if (Token.Kind == ConstraintTokenKind.End)
            return condition;
        var comparison = Token.Text is "<" or "<=" or ">" or ">=" or "==" or "!=";
        throw Fault(
            Token,
            comparison ? "only two are compared at a time: join comparisons with and" : $"expected and, or, or the end, not {Token}"
        );
    }

    ConstraintTerm Or()
    {
        var left = And();
        while (Take("or"))
            left = Join(left, And(), (a, b) => settings => a(settings) || b(settings));
        return left;
    }

    ConstraintTerm And()
    {
        var left = Not();
        while (Take("and"))
            left = Join(left, Not(), (a, b) => settings => a(settings) && b(settings));
        return left;
    }

    static TruthTerm Join(
        ConstraintTerm left,
        ConstraintTerm right,
        Func<
            Func<IReadOnlyDictionary<string, string>, bool>,
            Func<IReadOnlyDictionary<string, string>, bool>,
            Func<IReadOnlyDictionary<string, string>, bool>
        > how
    ) => new(left.At, how(Truth(left).Of, Truth(right).Of));

    ConstraintTerm Not()
    {
        var at = Token.At;
        if (!Take("not"))
            return Comparison();
        var inner = Truth(Nested(Not));
        return new TruthTerm(at, settings => !inner.Of(settings));
    }

    ConstraintTerm Comparison()
    {
        var left = Sum();
        if (Token.Kind == ConstraintTokenKind.Sign && Token.Text is "<" or "<=" or ">" or ">=" or "==" or "!=")
        {
            var sign = tokens[next++];
            return Compare(left, sign, Sum());
        }

        var isNot = Token is { Kind: ConstraintTokenKind.Name, Text: "not" };
        if (isNot)
            next++;
        return Take("in") ? In(left, isNot)
            : isNot ? throw Fault(Token, $"expected in after not, not {Token}")
            : left;
    }

    static TruthTerm Compare(ConstraintTerm left, ConstraintToken sign, ConstraintTerm right)
    {
        if (sign.Text is "==" or "!=")
        {
            var equal = Equal(left, right);
            return sign.Text == "==" ? equal : new TruthTerm(left.At, settings => !equal.Of(settings));
        }

        var (a, b) = (Number(left), Number(right));
        return new TruthTerm(
            left.At,
            sign.Text switch
            {
                "<" => settings => a.Of(settings) < b.Of(settings),
                "<=" => settings => a.Of(settings) <= b.Of(settings),
                ">" => settings => a.Of(settings) > b.Of(settings),
                _ => settings => a.Of(settings) >= b.Of(settings),
            }
        );
    }

    static TruthTerm Equal(ConstraintTerm left, ConstraintTerm right) =>
        (left, right) switch
        {
            (NumberTerm a, NumberTerm b) => new(left.At, settings => a.Of(settings) == b.Of(settings)),
            (TextTerm a, TextTerm b) => EqualTexts(a, b),
            _ => throw new ConstraintException(right.At, $"{left.Kind} and {right.Kind} are never equal: expected {left.Kind}"),
        };

    /// <summary>A setting compared with a name that it never has is a misspelt name.</summary>
    static TruthTerm EqualTexts(TextTerm left, TextTerm right)
    {
        if ((left.Kinds is null ? right : left).Kinds is { } kinds && (left.Kinds is null ? left : right) is { Kinds: null } literal)
        {
            var name = literal.Of(new Dictionary<string, string>());
            if (kinds.Canonical(name) is null)
                throw new ConstraintException(literal.At, kinds.Complaint(name));
        }

        return new(left.At, settings => left.Of(settings) == right.Of(settings));
    }

    TruthTerm In(ConstraintTerm left, bool isNot)
    {
        Expect("(");
        var members = new List<TruthTerm>();
        do members.Add(Equal(left, Sum()));
        while (TakeSign(","));
        Expect(")");
        return new TruthTerm(left.At, settings => members.Exists(member => member.Of(settings)) != isNot);
    }

    ConstraintTerm Sum()
    {
        var left = Product();
        while (Token is { Kind: ConstraintTokenKind.Sign, Text: "+" or "-" })
        {
            var (a, isPlus, b) = (Number(left), tokens[next++].Text == "+", Number(Product()));
            left = new NumberTerm(a.At, settings => isPlus ? a.Of(settings) + b.Of(settings) : a.Of(settings) - b.Of(settings));
        }

        return left;
    }

    ConstraintTerm Product()
    {
        var left = Signed();
        while (Token is { Kind: ConstraintTokenKind.Sign, Text: "*" or "/" })
        {
            var (a, isTimes, b) = (Number(left), tokens[next++].Text == "*", Number(Signed()));
            left = new NumberTerm(a.At, settings => isTimes ? a.Of(settings) * b.Of(settings) : a.Of(settings) / b.Of(settings));
        }

        return left;
    }

    ConstraintTerm Signed()
    {
        var at = Token.At;
        if (!TakeSign("-"))
            return Primary();
        var inner = Number(Nested(Signed));
        return new NumberTerm(at, settings => -inner.Of(settings));
    }

    ConstraintTerm Primary()
    {
        var token = tokens[next];
        next = Math.Min(next + 1, tokens.Count - 1);
        switch (token.Kind)
        {
            case ConstraintTokenKind.Number:
                if (Token is { Kind: ConstraintTokenKind.Name, Text: "d" })
                    throw Fault(token, $"{token.Text}d is a multiple of the latent dimension, which is not known here: expected a number");
                var number = double.Parse(token.Text, CultureInfo.InvariantCulture);
                return new NumberTerm(token.At, _ => number);
            case ConstraintTokenKind.Text:
                return new TextTerm(token.At, _ => token.Text, null);
            case ConstraintTokenKind.Name when token.Text is not ("and" or "or" or "not" or "in"):
                return Setting(token);
            case ConstraintTokenKind.Sign when token.Text == "(":
                var inner = Nested(Or);
                Expect(")");
                return inner;
            default:
                throw Fault(token, $"expected a setting, a number or a text in quotes, not {token}");
        }
    }

    ConstraintTerm Setting(ConstraintToken token)
    {
        if (token.Text == SearchSpace.Replicate)
            throw Fault(token, "a configuration is run for all replicates or for none: a condition is about its settings");
        var fields = TrialFields.Table.Fields;
        if (TrialFields.Table.Find(token.Text) is not { } field)
            throw Fault(
                token,
                fields.Any(one => one.Kind is OneOf kind && kind.Names.Contains(token.Text))
                    ? $"no setting is called so; a text stands in quotes: '{token.Text}'"
                    : $"no setting is called {token}{Suggestions.DidYouMean(token.Text, fields.Select(one => one.Path))}"
            );
        Paths.Add(field.Path);
        return field.Kind is OneOf names
            ? new TextTerm(token.At, settings => settings[field.Path], names)
            : NumberTerm.Setting(token.At, field.Path);
    }

    ConstraintTerm Nested(Func<ConstraintTerm> read)
    {
        if (++depth > MostNested)
            throw Fault(Token, $"nested deeper than {MostNested} levels");
        var term = read();
        depth--;
        return term;
    }

    static TruthTerm Truth(ConstraintTerm term) =>
        term as TruthTerm ?? throw new ConstraintException(term.At, $"{term.Kind} alone is no condition: expected a comparison");

    static NumberTerm Number(ConstraintTerm term) =>
        term as NumberTerm ?? throw new ConstraintException(term.At, $"expected a number, not {term.Kind}");

    bool Take(string word)
    {
        if (Token.Kind != ConstraintTokenKind.Name || Token.Text != word)
            return false;
        next++;
        return true;
    }

    bool TakeSign(string sign)
    {
        if (Token.Kind != ConstraintTokenKind.Sign || Token.Text != sign)
            return false;
        next++;
        return true;
    }

    void Expect(string sign)
    {
        if (!TakeSign(sign))
            throw Fault(Token, $"expected {sign}, not {Token}");
    }

    static ConstraintException Fault(ConstraintToken token, string message) => new(token.At, message);
}
