using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Reads <c>search.enqueue</c>: configurations to run before the search draws any.</summary>
sealed class EnqueueReader(ProblemList problems)
{
    readonly FieldReader reader = new(TrialFields.Table, problems);
    readonly List<(MappingNode Node, Dictionary<string, FieldValue> Values)> read = [];

    public void Read(Node? node)
    {
        if (node is not (null or ListNode { Items.Count: > 0 }))
            problems.Add(node.At, SweepFields.Enqueue, "expected a list of configurations, such as [{ training.learning_rate: 0.001 }]");
        foreach (var item in (node as ListNode)?.Items ?? [])
        {
            if (item is MappingNode mapping)
                read.Add((mapping, reader.Values(mapping, "")));
            else
                problems.Add(item.At, SweepFields.Enqueue, "expected settings and their values, such as { training.learning_rate: 0.001 }");
        }
    }

    /// <param name="spec">The whole file, but for these configurations.</param>
    /// <returns>The same with them; only good where no problem was found.</returns>
    public SweepSpec In(SweepSpec spec)
    {
        if (read.Count == 0)
            return spec;
        if (spec.Search.IsGrid)
        {
            problems.Add(
                read[0].Node.At,
                SweepFields.Enqueue,
                "a grid has its trials from parameters; only random, sobol and tpe take enqueue"
            );
            return spec;
        }

        if (read.Count > spec.Search.Trials)
            problems.Add(
                read[spec.Search.Trials.Value].Node.At,
                SweepFields.Enqueue,
                string.Create(CultureInfo.InvariantCulture, $"more configurations than search.trials, which is {spec.Search.Trials}")
            );
        var swept = spec.Space.SweptPaths().ToList();
        var enqueued = read.ConvertAll(one => Configuration(spec, swept, one.Node, one.Values));
        CheckRepeats(enqueued);
        return spec with { Search = spec.Search with { Enqueue = [.. enqueued] } };
    }

    /// <summary>What is not said is as the trials start from it.</summary>
    ImmutableSortedDictionary<string, string> Configuration(
        SweepSpec spec,
        List<string> swept,
        MappingNode node,
        Dictionary<string, FieldValue> values
    )
    {
        var before = problems.Count;
        foreach (var (path, value) in values.Where(value => !swept.Contains(value.Key)))
            problems.Add(value.At, path, "parameters does not sweep it, so all trials have the same: say it under trial");
        var said = values.ToImmutableSortedDictionary(value => value.Key, value => value.Value.Text);
        var settings = TrialFields.Complete(spec.Trial, said);
        foreach (var fault in new TrialSettings(settings).Faults())
            problems.Add(node.At, SweepFields.Enqueue, fault);
        // What TPE learns from must be a point of its space; the others learn nothing.
        if (problems.Count == before && spec.Search.Algorithm == KnownNames.Tpe)
            CheckIsInSpace(spec, node, values, settings);
        return GridSearch.Parameters(settings, swept, said);
    }

    void CheckIsInSpace(
        SweepSpec spec,
        MappingNode node,
        Dictionary<string, FieldValue> values,
        ImmutableSortedDictionary<string, string> settings
    )
    {
        var dimensions = SearchDimensions.Of(spec);
        var unit = dimensions.CoordinatesOf(settings);
        foreach (var parameter in dimensions.Outer.Where(dimension => unit[dimension.Index] is null).Select(one => one.Parameter))
        {
            var path = parameter.Path;
            var value = settings.TryGetValue(path, out var text) ? $"{text} is" : "its settings are";
            problems.Add(
                values.TryGetValue(path, out var said) ? said.At : node.At,
                path,
                $"{value} none of those under parameters, and tpe learns from no others"
            );
        }
    }

    void CheckRepeats(List<ImmutableSortedDictionary<string, string>> enqueued)
    {
        var seen = new Dictionary<string, Position>();
        foreach (var (index, configuration) in enqueued.Index())
        {
            var text = string.Join(", ", configuration.Select(field => $"{field.Key}={field.Value}"));
            if (!seen.TryAdd(text, read[index].Node.At))
                problems.Add(read[index].Node.At, SweepFields.Enqueue, $"given twice: first at {seen[text]} ({text})");
        }
    }

    /// <param name="spec">With its conditions and these configurations.</param>
    public void CheckWhere(SweepSpec spec)
    {
        foreach (var (index, configuration) in spec.Search.Enqueue.Index())
        foreach (var condition in spec.Where)
        {
            if (!Constraint.Parse(condition).Holds(TrialFields.Complete(spec.Trial, configuration)))
                problems.Add(read[index].Node.At, SweepFields.Enqueue, $"does not fulfil the condition {condition}");
        }
    }
}
