using System.Text.Json.Nodes;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>The sweep file as JSON Schema 2020-12, for editors: made of the tables that also read it.</summary>
public static class SweepSchema
{
    const string Trial = "trial";

    public static string ToJson()
    {
        var root = Part(
            FileSchema.Table,
            "",
            leaf => Described(leaf, leaf.IsList ? OneOrList(leaf.Kind.JsonSchema()) : leaf.Kind.JsonSchema()),
            null
        );
        var properties = root["properties"]!.AsObject();
        properties[FileSchema.Trial] = Part(TrialSchema.Table, "", leaf => Ref(leaf.Path), null);
        properties[FileSchema.Parameters] = Parameters();
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Sweep file of Orchestrator",
        };
        foreach (var (key, value) in root)
            schema[key] = value!.DeepClone();
        schema["required"] = new JsonArray([
            .. FileSchema.Table.Leaves.Where(leaf => leaf.IsRequired).Select(leaf => JsonValue.Create(leaf.Path)),
        ]);
        schema["$defs"] = Definitions();
        return schema.ToJsonString(OrchestratorJson.Indented);
    }

    /// <summary>Each leaf of a trial, and under the name of its part what a choice of a whole part may say.</summary>
    static JsonObject Definitions()
    {
        var definitions = new JsonObject();
        foreach (var leaf in TrialSchema.Table.Leaves)
            definitions[leaf.Path] = Described(leaf, leaf.Kind.JsonSchema());
        foreach (var part in TrialSchema.Table.Parts)
            definitions[part] = Entry(part);
        definitions[Trial] = Entry("");
        return definitions;
    }

    static JsonObject Entry(string part) =>
        Part(TrialSchema.Table, part, leaf => AnyOf(Ref(leaf.Path), Choice(Ref(leaf.Path))), path => AnyOf(Ref(path), Choice(Ref(path))));

    static JsonObject Parameters()
    {
        var schema = Part(TrialSchema.Table, "", leaf => Choice(Ref(leaf.Path)), path => AnyOf(Ref(path), Choice(Ref(path))));
        var properties = schema["properties"]!.AsObject();
        properties[SearchSpace.WholeTrial] = AnyOf(Ref(Trial), Choice(Ref(Trial)));
        properties[SearchSpace.Replicate] = Described(TrialSchema.Replicate, Choice(TrialSchema.Replicate.Kind.JsonSchema()));
        return schema;
    }

    /// <param name="inner">What stands for a part inside this one; null: its leaves, nested.</param>
    static JsonObject Part(LeafTable table, string part, Func<Leaf, JsonObject> value, Func<string, JsonObject>? inner)
    {
        var properties = new JsonObject();
        foreach (var key in table.KeysOf(part))
        {
            var path = LeafTable.Join(part, key);
            properties[key] = table.Find(path) is { } leaf ? value(leaf) : inner?.Invoke(path) ?? Part(table, path, value, inner);
        }

        return new()
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
    }

    static JsonObject Described(Leaf leaf, JsonObject schema)
    {
        schema["description"] = leaf.When is { } when
            ? $"{leaf.Description} {(leaf.Default is null ? "Only, and always," : "Only")} with {when.Path}: {when.Shown}."
            : leaf.Description;
        if (leaf.Default is { } value)
            schema["default"] = leaf.Kind.ToJson(value);
        return schema;
    }

    static JsonObject Ref(string definition) => new() { ["$ref"] = $"#/$defs/{definition}" };

    static JsonObject List(JsonObject item) =>
        new()
        {
            ["type"] = "array",
            ["minItems"] = 1,
            ["uniqueItems"] = true,
            ["items"] = item,
        };

    static JsonObject OneOrList(JsonObject item) => AnyOf(item, List(item.DeepClone().AsObject()));

    /// <summary>A list, or <c>{ choice: list }</c>.</summary>
    static JsonObject Choice(JsonObject item) =>
        AnyOf(
            List(item),
            new()
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["choice"] = List(item.DeepClone().AsObject()) },
                ["required"] = new JsonArray("choice"),
                ["additionalProperties"] = false,
            }
        );

    static JsonObject AnyOf(params JsonObject[] schemas) => new() { ["anyOf"] = new JsonArray([.. schemas]) };
}
