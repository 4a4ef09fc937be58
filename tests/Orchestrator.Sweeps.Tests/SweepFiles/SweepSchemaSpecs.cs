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
            SweepFields.Table.Fields,
            field =>
            {
                var schema = Nested(Schema, field.Path);
                Assert.Equal(field.Description, schema["description"]!.GetValue<string>());
                Assert.Equal(
                    field.Default is { } value ? field.Kind.ToJson(value).ToJsonString() : null,
                    schema["default"]?.ToJsonString()
                );
            }
        );

    [Fact]
    public void Every_value_of_a_trial_is_in_it_by_nested_and_by_dotted_path_and_can_be_swept() =>
        Assert.All(
            TrialFields.Table.Fields,
            field =>
            {
                var reference = $"#/$defs/{field.Path}";
                Assert.Equal(reference, Nested(Property(Schema, "trial"), field.Path)["$ref"]!.GetValue<string>());
                Assert.Equal(reference, Property(Property(Schema, "trial"), field.Path)["$ref"]!.GetValue<string>());
                Assert.Equal(
                    reference,
                    Property(Property(Schema, "parameters"), field.Path)["anyOf"]![0]!["items"]!["$ref"]!.GetValue<string>()
                );
                Assert.StartsWith(
                    field.Description,
                    Schema["$defs"]![field.Path]!["description"]!.GetValue<string>(),
                    StringComparison.Ordinal
                );
            }
        );

    [Fact]
    public void What_is_true_or_false_is_so_in_json()
    {
        var schema = Schema["$defs"]!["training.recompute"]!;
        Assert.Equal(("boolean", false), (schema["type"]!.GetValue<string>(), schema["default"]!.GetValue<bool>()));
    }

    [Theory]
    [InlineData("training.learning_rate", "uniform log_uniform quantized normal")]
    [InlineData("base.kappa", "uniform log_uniform quantized normal")]
    [InlineData("flow.steps", "int_uniform log_int_uniform quantized")]
    [InlineData("flow.coupling", "")]
    public void A_number_may_have_the_ranges_that_the_reader_takes(string path, string kinds)
    {
        var forms = Property(Property(Schema, "parameters"), path)["anyOf"]!.AsArray();

        Assert.Equal(kinds, string.Join(' ', forms.Skip(2).SelectMany(form => form!["properties"]!.AsObject().Select(kind => kind.Key))));
        Assert.All(
            forms.Skip(2).SelectMany(form => form!["properties"]!.AsObject()),
            kind => Assert.Equal(kind.Value!["minItems"]!.GetValue<int>(), kind.Value["prefixItems"]!.AsArray().Count)
        );
    }

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
            SweepFields.Table.Fields.Concat(TrialFields.Table.Fields).Where(field => field.Default is not null),
            field => Assert.Equal(field.Default, field.Kind.Canonical(field.Default!))
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
