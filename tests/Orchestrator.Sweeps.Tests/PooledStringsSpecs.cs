using System.Text.Json;

namespace Orchestrator.Sweeps.Tests;

public sealed class PooledStringsSpecs
{
    [Theory]
    [InlineData("")]
    [InlineData("training.learning_rate")]
    [InlineData("Zürich")]
    [InlineData("a \"quoted\" \\ text\n")]
    [InlineData("\0\u007f")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789")]
    public void Any_string_is_read_as_it_was_written_as_value_and_as_key(string text)
    {
        Assert.Equal(text, Again(text));
        Assert.Equal(new Dictionary<string, string?> { [text] = null }, Again(new Dictionary<string, string?> { [text] = null }));
        Assert.Null(Again<string?>(null));
    }

    [Fact]
    public void Strings_that_are_alike_are_one_object()
    {
        var pairs = JsonSerializer.Deserialize<Dictionary<string, string>[]>(
            """[{"base.kappa":"base.kappa"},{"base.kappa":"2d"}]""",
            OrchestratorJson.Compact
        )!;
        Assert.Same(pairs[0].Keys.Single(), pairs[1].Keys.Single());
        Assert.Same(pairs[0].Keys.Single(), pairs[0].Values.Single());
    }

    static T Again<T>(T value) =>
        JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(value, OrchestratorJson.Compact), OrchestratorJson.Compact)!;
}
