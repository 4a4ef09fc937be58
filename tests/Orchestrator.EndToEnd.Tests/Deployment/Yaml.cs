using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary>A value of a YAML file, its anchors and merges resolved; what is not there is missing, and so is all below it.</summary>
readonly record struct Yaml(object? Value)
{
    /// <summary>Every document of a file of this repository.</summary>
    public static IReadOnlyList<Yaml> Read(string file)
    {
        using var text = new StringReader(File.ReadAllText(Path.Combine(Checkout.Repository, file)));
        var parser = new MergingParser(new Parser(text));
        var deserializer = new DeserializerBuilder().Build();
        var documents = new List<Yaml>();
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
            documents.Add(new Yaml(deserializer.Deserialize<object>(parser)));
        return documents;
    }

    public bool IsMissing => Value is null;

    public Yaml this[string key] =>
        Value is Dictionary<object, object> map && map.TryGetValue(key, out var value) ? new Yaml(value) : default;

    public string Text => Value as string ?? throw new InvalidOperationException($"expected text, found {Value ?? "nothing"}");

    public int Number => int.Parse(Text, System.Globalization.CultureInfo.InvariantCulture);

    public IEnumerable<Yaml> Items => Value is List<object> list ? list.Select(item => new Yaml(item)) : [];

    public IEnumerable<(string Key, Yaml Value)> Pairs =>
        Value is Dictionary<object, object> map ? map.Select(pair => ((string)pair.Key, new Yaml(pair.Value))) : [];
}
