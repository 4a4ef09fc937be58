using System.Text.Json.Nodes;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.SweepFiles;

/// <summary>The sweep file as JSON Schema 2020-12, for editors: made of the tables that also read it.</summary>
public static class SweepSchema
{
    const string Trial = "trial";

    public static string ToJson()
    {
        var root = Section(
            SweepFields.Table,
            "",
            field => Described(field, field.IsList ? OneOrList(field.Kind.JsonSchema()) : field.Kind.JsonSchema()),
            null
        );
        var properties = root["properties"]!.AsObject();
        properties[SweepFields.Trial] = Section(TrialFields.Table, "", field => Ref(field.Path), null);
        properties[SweepFields.Parameters] = Parameters();
        properties[SweepFields.Where] = Where();
        properties[SweepFields.Enqueue] = Enqueue();
        properties["search"]!["properties"]!["enqueue"] = Enqueue();
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "Sweep file of Orchestrator",
        };
        foreach (var (key, value) in root)
            schema[key] = value!.DeepClone();
        schema["required"] = new JsonArray([
            .. SweepFields.Table.Fields.Where(field => field.IsRequired).Select(field => JsonValue.Create(field.Path)),
        ]);
        schema["$defs"] = Definitions();
        return schema.ToJsonString(OrchestratorJson.Indented);
    }

    static JsonObject Where() => Described(SweepFields.WhereDescription, OneOrList(new() { ["type"] = "string" }));

    static JsonObject Enqueue() =>
        Described(SweepFields.EnqueueDescription, List(Section(TrialFields.Table, "", field => Ref(field.Path), null)));

    static JsonObject Described(string description, JsonObject schema)
    {
        schema["description"] = description;
        return schema;
    }

    /// <summary>Each field of a trial, and under the name of its section what a choice of a whole section may say.</summary>
    static JsonObject Definitions()
    {
        var definitions = new JsonObject();
        foreach (var field in TrialFields.Table.Fields)
            definitions[field.Path] = Described(field, field.Kind.JsonSchema());
        foreach (var section in TrialFields.Table.Sections)
            definitions[section] = Entry(section);
        definitions[Trial] = Entry("");
        return definitions;
    }

    static JsonObject Entry(string section) =>
        Section(
            TrialFields.Table,
            section,
            field => AnyOf([Ref(field.Path), .. Swept(field)]),
            path => AnyOf([Ref(path), .. Choice(Ref(path))])
        );

    static JsonObject Parameters()
    {
        var schema = Section(TrialFields.Table, "", field => AnyOf([.. Swept(field)]), path => AnyOf([Ref(path), .. Choice(Ref(path))]));
        var properties = schema["properties"]!.AsObject();
        properties[SearchSpace.WholeTrial] = AnyOf([Ref(Trial), .. Choice(Ref(Trial))]);
        properties[SearchSpace.Replicate] = Described(TrialFields.Replicate, AnyOf([.. Choice(TrialFields.Replicate.Kind.JsonSchema())]));
        return schema;
    }

    /// <param name="inner">What stands for a section inside this one; null: its fields, nested.</param>
    static JsonObject Section(FieldTable table, string section, Func<Field, JsonObject> value, Func<string, JsonObject>? inner)
    {
        var properties = new JsonObject();
        foreach (var key in table.KeysOf(section))
        {
            var path = FieldTable.Join(section, key);
            properties[key] = table.Find(path) is { } field ? value(field) : inner?.Invoke(path) ?? Section(table, path, value, inner);
        }

        return new()
        {
            ["type"] = "object",
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
    }

    static JsonObject Described(Field field, JsonObject schema)
    {
        schema["description"] = field.When is { } when
            ? $"{field.Description} {(field.Default is null ? "Only, and always," : "Only")} with {when.Path}: {when.Shown}."
            : field.Description;
        if (field.Default is { } value)
            schema["default"] = field.Kind.ToJson(value);
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

    /// <summary>The values of a field: a choice, or a range where the field is a number.</summary>
    static IEnumerable<JsonObject> Swept(Field field) =>
        RangeRules.KindsOf(field.Kind) is { IsEmpty: false } kinds
            ? Choice(Ref(field.Path)).Append(OneKey([.. kinds.Select(kind => (ValueRange.NameOf(kind), Numbers(field, kind)))]))
            : Choice(Ref(field.Path));

    static JsonObject Numbers(Field field, RangeKind kind)
    {
        var distance = RangeRules.DistanceOf(field.Kind).JsonSchema();
        JsonObject[] items = kind switch
        {
            RangeKind.Normal => [Ref(field.Path), distance],
            RangeKind.Quantized => [Ref(field.Path), Ref(field.Path), distance],
            _ => [Ref(field.Path), Ref(field.Path)],
        };
        return new()
        {
            ["type"] = "array",
            ["prefixItems"] = new JsonArray([.. items]),
            ["minItems"] = items.Length,
            ["maxItems"] = items.Length,
        };
    }

    /// <summary>A list, or <c>{ choice: list }</c>.</summary>
    static IEnumerable<JsonObject> Choice(JsonObject item) => [List(item), OneKey(("choice", List(item.DeepClone().AsObject())))];

    static JsonObject OneKey(params (string Key, JsonObject Value)[] keys) =>
        new()
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(keys.Select(key => KeyValuePair.Create(key.Key, (JsonNode?)key.Value))),
            ["minProperties"] = 1,
            ["maxProperties"] = 1,
            ["additionalProperties"] = false,
        };

    static JsonObject AnyOf(params JsonObject[] schemas) => new() { ["anyOf"] = new JsonArray([.. schemas]) };
}
