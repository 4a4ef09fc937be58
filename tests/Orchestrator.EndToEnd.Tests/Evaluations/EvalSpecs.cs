using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Evaluations;

/// <summary><c>eval …</c> as people and scripts call it.</summary>
public sealed class EvalSpecs
{
    static readonly string Golden = Path.Combine(Checkout.Repository, "tests", "Orchestrator.Evaluation.Tests", "Golden");

    [Fact]
    public async Task Distance_prints_one_document_with_the_promised_fields()
    {
        await using var run = Run.Orchestrator(Golden, "eval", "distance", "--real", "c1_gauss_d8_a.csv", "--generated", "c1_gauss_d8_b.csv", "--json");
        await run.ExitsWith(0);
        var result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal((64, 64, 8), (result.GetProperty("n_real").GetInt32(), result.GetProperty("n_generated").GetInt32(), result.GetProperty("dimensions").GetInt32()));
        Assert.True(result.GetProperty("fid").GetDouble() > 0);
        foreach (var field in (string[])["all_pairs", "subset_mean", "subset_std", "subsets", "subset_size", "seed"])
            Assert.Equal(JsonValueKind.Number, result.GetProperty("kid").GetProperty(field).ValueKind);
        Assert.Equal(JsonValueKind.Number, result.GetProperty("precision_recall").GetProperty("precision").ValueKind);
        Assert.Equal(JsonValueKind.Number, result.GetProperty("fid_infinity").GetProperty("standard_error").ValueKind);
        Assert.Empty(run.Errors);
    }

    [Theory]
    [InlineData(3, "there is no such file or folder", "eval", "distance", "--real", "none.csv", "--generated", "c7_d1_b.csv")]
    [InlineData(2, "both must come from one network", "eval", "distance", "--real", "c1_gauss_d8_a.csv", "--generated", "c7_d1_b.csv")]
    [InlineData(3, "there is no such file or folder", "eval", "checkpoint", "none")]
    [InlineData(2, "--subsets must be at least 1", "eval", "distance", "--real", "c7_d1_a.csv", "--generated", "c7_d1_b.csv", "--subsets", "0")]
    public async Task Bad_input_has_a_message_and_an_exit_code(int code, string message, params string[] arguments)
    {
        await using var run = Run.Orchestrator(Golden, arguments);
        await run.ExitsWith(code);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }
}
