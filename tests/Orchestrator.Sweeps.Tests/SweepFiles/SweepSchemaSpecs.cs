using System.Text.Json.Nodes;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;

namespace Orchestrator.Sweeps.Tests.SweepFiles;

public sealed class SweepSchemaSpecs
{
    static readonly JsonObject Schema = JsonNode.Parse(SweepSchema.ToJson())!.AsObject();

    [Fact]
    public void It_is_a_schema_of_2020_12_that_wants_name_and_data_set()
    {
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", Schema["$schema"]!.GetValue<string>());
        Assert.Equal(["name", "dataset"], Schema["required"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.False(Schema["additionalProperties"]!.GetValue<bool>());
    }

    [Fact]
    public void Every_value_of_the_file_is_in_it_with_its_description_and_default() =>
        Assert.All(
            FileSchema.Table.Leaves,
            leaf =>
            {
                var schema = Nested(Schema, leaf.Path);
                Assert.Equal(leaf.Description, schema["description"]!.GetValue<string>());
                Assert.Equal(leaf.Default is { } value ? leaf.Kind.ToJson(value).ToJsonString() : null, schema["default"]?.ToJsonString());
            }
        );

    [Fact]
    public void Every_value_of_a_trial_is_in_it_by_nested_and_by_dotted_path_and_can_be_swept() =>
        Assert.All(
            TrialSchema.Table.Leaves,
            leaf =>
            {
                var reference = $"#/$defs/{leaf.Path}";
                Assert.Equal(reference, Nested(Property(Schema, "trial"), leaf.Path)["$ref"]!.GetValue<string>());
                Assert.Equal(reference, Property(Property(Schema, "trial"), leaf.Path)["$ref"]!.GetValue<string>());
                Assert.Equal(
                    reference,
                    Property(Property(Schema, "parameters"), leaf.Path)["anyOf"]![0]!["items"]!["$ref"]!.GetValue<string>()
                );
                Assert.StartsWith(
                    leaf.Description,
                    Schema["$defs"]![leaf.Path]!["description"]!.GetValue<string>(),
                    StringComparison.Ordinal
                );
            }
        );

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var references = References(Schema).Distinct().ToList();

        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.NotNull(Schema["$defs"]![reference.Replace("#/$defs/", "", StringComparison.Ordinal)]));
    }

    [Fact]
    public void Defaults_are_values_that_the_file_could_say() =>
        Assert.All(
            FileSchema.Table.Leaves.Concat(TrialSchema.Table.Leaves).Where(leaf => leaf.Default is not null),
            leaf => Assert.Equal(leaf.Default, leaf.Kind.Canonical(leaf.Default!))
        );

    static JsonObject Nested(JsonObject schema, string path) => path.Split('.').Aggregate(schema, Property);

    static JsonObject Property(JsonObject schema, string key) => schema["properties"]![key]!.AsObject();

    static IEnumerable<string> References(JsonNode? node) =>
        node switch
        {
            JsonObject json => json.SelectMany(property =>
                property.Key == "$ref" ? [property.Value!.GetValue<string>()] : References(property.Value)
            ),
            JsonArray list => list.SelectMany(References),
            _ => [],
        };
}
