using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Reads <c>where</c>: conditions that a configuration fulfils, or is none.</summary>
sealed class WhereReader(ProblemList problems)
{
    readonly List<(ScalarNode Node, Constraint Constraint)> read = [];

    public void Read(Node? node)
    {
        foreach (
            var item in node is ListNode list ? list.Items
            : node is null ? []
            : [node]
        )
        {
            if (item is ScalarNode { IsNothing: false } scalar)
                Read(scalar);
            else
                problems.Add(item.At, SweepFields.Where, "expected a condition, such as 'flow.hidden * flow.steps <= 2048'");
        }
    }

    void Read(ScalarNode node)
    {
        try
        {
            read.Add((node, Constraint.Parse(node.Text)));
        }
        catch (ConstraintException error)
        {
            // A comma ends a text without quotes in a list.
            var isCut = node.IsPlain && error.At == node.Text.Length;
            Refuse(node, error.At, error.Message + (isCut ? "; a condition with commas stands in quotes" : ""));
        }
    }

    /// <param name="spec">The whole file, but for its conditions.</param>
    /// <returns>The same with them; only good where no problem was found.</returns>
    public SweepSpec In(SweepSpec spec)
    {
        foreach (var (node, constraint) in read)
        {
            foreach (
                var (path, text) in constraint.Paths.SelectMany(path => PerDimension(spec, path).Take(1), (path, text) => (path, text))
            )
                Refuse(
                    node,
                    node.Text.IndexOf(path, StringComparison.Ordinal),
                    $"{path} is {text} somewhere, a multiple of the latent dimension, which is not known here: give plain numbers, or "
                        + "leave it out of the condition"
                );
        }

        spec = spec with { Where = [.. read.Select(one => one.Node.Text)] };
        if (problems.Count == 0 && read.Count > 0 && !HasConfiguration(spec))
            problems.Add(
                read[0].Node.At,
                SweepFields.Where,
                spec.Search.IsGrid
                    ? "leaves no trial: no combination of parameters fulfils all conditions"
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"leaves no trial: of the first {Searcher.MostDraws:N0} draws none fulfils all conditions"
                    )
            );
        return spec;
    }

    /// <returns>What the field is anywhere in the sweep, where that is in multiples of d.</returns>
    static IEnumerable<string> PerDimension(SweepSpec spec, string path)
    {
        string[] texts =
        [
            spec.Trial.GetValueOrDefault(path, ""),
            .. spec.Search.Enqueue.Select(one => one.GetValueOrDefault(path, "")),
            .. spec.Space.TextsOf(path),
        ];
        return TrialFields.Table.Find(path)!.Kind is KappaValue ? texts.Where(text => text.EndsWith('d')) : [];
    }

    static bool HasConfiguration(SweepSpec spec) =>
        spec.Search.IsGrid ? GridSearch.Enumerate(spec).Any() : Searcher.First(spec) is not null;

    /// <summary>A column of a text that YAML has folded or escaped is that of its beginning.</summary>
    void Refuse(ScalarNode node, int at, string message)
    {
        var isOneLine = node.Text.AsSpan().IndexOfAny('\n', '\\') < 0;
        var column = node.At.Column + (node.IsPlain ? 0 : 1) + at;
        problems.Add(isOneLine ? node.At with { Column = column } : node.At, SweepFields.Where, message);
    }
}
