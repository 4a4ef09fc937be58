using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Reads the one document of a sweep file into nodes, and refuses the parts of YAML that a sweep file does not need.</summary>
sealed class YamlLoader
{
    const int MaxDepth = 32;

    readonly Scanner scanner;
    readonly FollowedParser parser;
    readonly YamlFault fault;
    readonly ProblemList problems;

    YamlLoader(string text, ProblemList problems)
    {
        scanner = new Scanner(new StringReader(text));
        fault = new YamlFault(text);
        parser = new FollowedParser(new Parser(scanner), fault.Follow);
        this.problems = problems;
    }

    /// <returns>Null where there is nothing to go on with; the reason is among the problems.</returns>
    public static MappingNode? Load(string text, ProblemList problems)
    {
        if (!SourceText.Check(text, problems))
            return null;
        var loader = new YamlLoader(text.TrimStart('\uFEFF'), problems);
        try
        {
            return loader.Document();
        }
        catch (TooDeepException e)
        {
            problems.Add(At(e.Start), "", e.Message);
            return null;
        }
        catch (Exception e)
        {
            // On some malformed texts YamlDotNet lets other exceptions than its own through: a line that ends inside brackets, a tag that
            // is no URI.
            var (at, message) = loader.fault.Explain(e, loader.scanner.CurrentPosition);
            problems.Add(at, "", message);
            return null;
        }
    }

    MappingNode? Document()
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            problems.Add(new(1, 1), "", "the file is empty: expected keys and values, such as 'name: first'");
            return null;
        }

        parser.Consume<DocumentStart>();
        var root = Read(depth: 0);
        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
            problems.Add(At(second.Start), "", "a sweep file is one document, and here begins a second one");
        if (root is MappingNode mapping)
            return mapping;
        problems.Add(root.At, "", "expected keys and values, such as 'name: first'");
        return null;
    }

    Node Read(int depth)
    {
        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            problems.Add(At(alias.Start), "", "aliases are not read: write the value out");
            return new ScalarNode(At(alias.Start), "", IsPlain: true);
        }

        var node = parser.Require<NodeEvent>();
        if (depth > MaxDepth)
            throw new TooDeepException(node.Start, $"nested deeper than {MaxDepth} levels");
        if (!node.Tag.IsEmpty)
            problems.Add(At(node.Start), "", "tags are not read: leave it out");
        if (!node.Anchor.IsEmpty)
            problems.Add(At(node.Start), "", "anchors are not read: leave it out");
        return node switch
        {
            SequenceStart => List(depth),
            MappingStart => Mapping(depth),
            _ => Scalar(),
        };
    }

    ScalarNode Scalar()
    {
        var scalar = parser.Consume<Scalar>();
        return new ScalarNode(At(scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain);
    }

    ListNode List(int depth)
    {
        var at = At(parser.Consume<SequenceStart>().Start);
        var items = new List<Node>();
        while (!parser.TryConsume<SequenceEnd>(out _))
            items.Add(Read(depth + 1));
        return new ListNode(at, items);
    }

    MappingNode Mapping(int depth)
    {
        var at = At(parser.Consume<MappingStart>().Start);
        var entries = new Dictionary<string, Entry>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = Read(depth + 1);
            var value = Read(depth + 1);
            if (key is not ScalarNode scalar)
                problems.Add(key.At, "", "a key is a single word, not a list or a mapping");
            else if (!entries.TryAdd(scalar.Text, new Entry(scalar, value)))
                problems.Add(scalar.At, "", $"{Printable.Quote(scalar.Text)} is given twice: first at {entries[scalar.Text].Key.At}");
        }

        return new MappingNode(at, [.. entries.Values]);
    }

    static Position At(Mark mark) => new((int)mark.Line, (int)mark.Column);

    sealed class TooDeepException(Mark start, string message) : YamlException(start, start, message);

    /// <summary>Lets another see every event that is read.</summary>
    sealed class FollowedParser(IParser inner, Action<ParsingEvent> follow) : IParser
    {
        public ParsingEvent? Current => inner.Current;

        public bool MoveNext()
        {
            var isThere = inner.MoveNext();
            if (isThere)
                follow(inner.Current!);
            return isThere;
        }
    }
}
