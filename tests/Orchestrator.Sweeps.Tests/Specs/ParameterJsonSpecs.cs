using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tests.Specs;

public sealed class ParameterJsonSpecs
{
    [Fact]
    public void Numbers_are_numbers_and_multiples_of_the_dimension_are_text() =>
        Assert.Equal(
            """{"base.alpha":0.5,"base.distribution":"dirichlet","replicate":2,"training.epochs":10,"training.learning_rate":1E-05}""",
            ParameterJson
                .Of(
                    Of(
                        "training.learning_rate",
                        "1E-05",
                        "training.epochs",
                        "10",
                        "replicate",
                        "2",
                        "base.distribution",
                        "dirichlet",
                        "base.alpha",
                        "0.5"
                    )
                )
                .ToJsonString()
        );

    [Theory]
    [InlineData("1.5d", "\"1.5d\"")]
    [InlineData("200", "200")]
    public void A_kappa_is_a_number_where_it_can_be(string kappa, string json) =>
        Assert.Equal(json, ParameterJson.Of(Of("base.kappa", kappa))["base.kappa"]!.ToJsonString());

    static ImmutableSortedDictionary<string, string> Of(params string[] pairs) =>
        pairs.Chunk(2).ToImmutableSortedDictionary(pair => pair[0], pair => pair[1]);
}
