using System.Globalization;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>Makes the file of a sweep that is forked from another one: the file of that one with what changes.</summary>
public static class ForkFile
{
    /// <summary>With a trial, the fork has that trial's settings, goes on from its checkpoint, and sweeps only what <paramref name="sets"/>
    /// gives several values. Without, it is the whole sweep anew, whose search knows the other's trials from the start.</summary>
    /// <param name="trial">Number of a trial; null for none.</param>
    /// <param name="sets">Paths of the sweep file or of a trial, and values as YAML; a list of values of a trial's field is swept.</param>
    /// <returns>The file, and what it says.</returns>
    /// <exception cref="ForkFileException">A path or a value is none.</exception>
    /// <exception cref="SweepFileException">The file would be none.</exception>
    public static (string Text, SweepSpec Spec) Of(
        SweepState parent,
        int? trial,
        string name,
        IReadOnlyCollection<KeyValuePair<string, string>> sets
    )
    {
        var root = Load(parent.File);
        Put(root, "name", Scalar(name));
        Remove(root, "fork");
        root.Children.Insert(1, Scalar("fork"), Origin(parent.Spec.Name, trial));
        if (trial is { } number)
            TakeTrial(root, parent, number);
        else if (parent.Spec.Search.Algorithm == KnownNames.Tpe)
            Put(root, "search.prior", new YamlSequenceNode([.. parent.Spec.Search.Prior.Append(parent.Spec.Name).Select(Scalar)]));
        var values = sets.Select(one => (Path: one.Key, Node: Value(one.Key, one.Value))).ToList();
        foreach (var (path, node) in values)
            Set(root, path, node);
        var text = Written(root);
        var spec = SweepFile.Parse(text, "the fork's file");
        // A choice of a whole section goes before what the trial says.
        var swept = spec.Space.SweptPaths().ToHashSet();
        if (values.Find(one => one.Node is YamlScalarNode && swept.Contains(one.Path)).Path is { } hidden)
            throw new ForkFileException($"{hidden}: parameters of the sweep file set it: take the file of --dry-run, and change it there");
        return (text, spec);
    }

    static YamlMappingNode Origin(string sweep, int? trial)
    {
        var origin = new YamlMappingNode { Style = MappingStyle.Flow };
        origin.Add("sweep", sweep);
        if (trial is { } number)
            origin.Add("trial", number.ToString(CultureInfo.InvariantCulture));
        return origin;
    }

    static string Written(YamlMappingNode root)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        new YamlStream(new YamlDocument(root)).Save(writer, assignAnchors: false);
        const string end = "...";
        return writer.ToString().TrimEnd() is var text && text.EndsWith($"\n{end}", StringComparison.Ordinal)
            ? text[..^end.Length]
            : text + '\n';
    }

    static void TakeTrial(YamlMappingNode root, SweepState parent, int number)
    {
        var trial = parent.Trial(number);
        foreach (var section in (string[])[SweepFields.Trial, SweepFields.Parameters, SweepFields.Where, "search", "scheduler"])
            Remove(root, section);
        foreach (var (path, text) in parent.SpecOf(trial).Settings.Values)
            Put(root, FieldTable.Join(SweepFields.Trial, path), Scalar(text));
        // Its seed follows from its replicate.
        if (trial.Parameter(SearchSpace.Replicate) is { } replicate)
            PutParameter(root, SearchSpace.Replicate, new YamlSequenceNode(Scalar(replicate)) { Style = SequenceStyle.Flow });
    }

    static void Set(YamlMappingNode root, string path, YamlNode node)
    {
        if (path == SearchSpace.Replicate || (TrialFields.Table.Find(path) is not null && node is not YamlScalarNode))
        {
            PutParameter(root, path, node);
        }
        else if (TrialFields.Table.Find(path) is not null)
        {
            Remove(root, FieldTable.Join(SweepFields.Parameters, path));
            Put(root, FieldTable.Join(SweepFields.Trial, path), node);
        }
        else if (IsOfSweep(path))
        {
            Put(root, path, node);
        }
        else
        {
            throw new ForkFileException($"{path}: no such setting{Suggestions.DidYouMean(path, Known)}");
        }
    }

    static IEnumerable<string> Known =>
        SweepFields.Table.Fields.Concat(TrialFields.Table.Fields).Select(one => one.Path).Append(SearchSpace.Replicate);

    static bool IsOfSweep(string path) =>
        path is SweepFields.Where or SweepFields.Enqueue
        || SweepFields.Table.Find(path) is not null
        || path.StartsWith(SweepFields.Parameters + '.', StringComparison.Ordinal);

    /// <summary>A section under parameters would stand for the whole of that section: a field's path stays in one key.</summary>
    static void PutParameter(YamlMappingNode root, string path, YamlNode value)
    {
        if (!root.Children.TryGetValue(Scalar(SweepFields.Parameters), out var parameters))
            root.Add(Scalar(SweepFields.Parameters), parameters = new YamlMappingNode());
        ((YamlMappingNode)parameters).Children[Scalar(path)] = value;
    }

    /// <summary>Replaces the value at a path, or adds it; keys may be dotted.</summary>
    static void Put(YamlMappingNode mapping, string path, YamlNode value)
    {
        foreach (var (key, inner) in mapping.Children)
        {
            if (KeyOf(key) == path)
            {
                mapping.Children[key] = value;
                return;
            }

            if (inner is YamlMappingNode section && FieldTable.IsIn(path, KeyOf(key)))
            {
                Put(section, path[(KeyOf(key).Length + 1)..], value);
                return;
            }
        }

        if (path.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot)
        {
            var section = new YamlMappingNode();
            mapping.Add(Scalar(path[..dot]), section);
            Put(section, path[(dot + 1)..], value);
        }
        else
        {
            mapping.Add(Scalar(path), value);
        }
    }

    static void Remove(YamlMappingNode mapping, string path)
    {
        foreach (var (key, inner) in mapping.Children.ToList())
        {
            if (FieldTable.IsIn(KeyOf(key), path))
                mapping.Children.Remove(key);
            else if (inner is YamlMappingNode section && FieldTable.IsIn(path, KeyOf(key)))
                Remove(section, path[(KeyOf(key).Length + 1)..]);
        }
    }

    static string KeyOf(YamlNode key) => ((YamlScalarNode)key).Value!;

    static YamlScalarNode Scalar(string text) => new(text);

    static YamlMappingNode Load(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }

    /// <summary>The value that somebody gave in one line: read first by who bounds its depth and takes no more of YAML than a sweep file
    /// may have.</summary>
    static YamlNode Value(string path, string value)
    {
        const string key = "value";
        var (line, problems) = ($"{key}: {value}", new ProblemList(path));
        if (YamlLoader.Load(line, problems) is not { Entries: [_] } || problems.Count > 0)
            throw new ForkFileException($"{path}: expected a value, or a list of values as [1, 2], found {Printable.Quote(value)}");
        return Load(line).Children[Scalar(key)];
    }
}

/// <summary>What was asked of a fork is no setting, or no value of one.</summary>
public sealed class ForkFileException(string message) : Exception(message);
