using System.Text.Json;

namespace Orchestrator.EndToEnd.Tests.Evaluations;

/// <summary><c>eval …</c> as people and scripts call it.</summary>
public sealed class EvalSpecs
{
    static readonly string Golden = Path.Combine(Checkout.Repository, "tests", "Orchestrator.Evaluation.Tests", "Golden");

    [Fact]
    public async Task Distance_prints_one_document_with_the_promised_fields()
    {
        await using var run = Run.Orchestrator(
            Golden,
            "eval",
            "distance",
            "--real",
            "c1_gauss_d8_a.csv",
            "--generated",
            "c1_gauss_d8_b.csv",
            "--subset-size",
            "20",
            "--json"
        );
        await run.ExitsWith(0);
        var result = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(
            (64, 64, 8),
            (
                result.GetProperty("n_real").GetInt32(),
                result.GetProperty("n_generated").GetInt32(),
                result.GetProperty("dimensions").GetInt32()
            )
        );
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
    [InlineData(
        2,
        "--subsets must be at least 1",
        "eval",
        "distance",
        "--real",
        "c7_d1_a.csv",
        "--generated",
        "c7_d1_b.csv",
        "--subsets",
        "0"
    )]
    public async Task Bad_input_has_a_message_and_an_exit_code(int code, string message, params string[] arguments)
    {
        await using var run = Run.Orchestrator(Golden, arguments);
        await run.ExitsWith(code);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task What_has_no_spread_prints_none()
    {
        string[] sets = ["eval", "distance", "--real", "c1_gauss_d8_a.csv", "--generated", "c1_gauss_d8_b.csv"];
        await using var json = Run.Orchestrator(Golden, [.. sets, "--json"]);
        await json.ExitsWith(0);
        var kid = JsonDocument.Parse(json.Output).RootElement.GetProperty("kid");
        Assert.Equal((1, JsonValueKind.Null), (kid.GetProperty("subsets").GetInt32(), kid.GetProperty("subset_std").ValueKind));
        Assert.Contains("--subset-size below 64", kid.GetProperty("note").GetString(), StringComparison.Ordinal);
        await using var text = Run.Orchestrator(Golden, sets);
        await text.ExitsWith(0);
        Assert.Contains("sd —, over 1 subset of 64", text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("E-1", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_not_counted_is_said_in_both_forms()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("a.csv"), "0,1,2\n0.5,1.5,2.5\n1.5,0.5,0.25\n2.5,0.5,0.75\n");
        await using var run = Run.Orchestrator(folder.Path, "eval", "distance", "--real", "a.csv", "--generated", "a.csv", "--json");
        await run.ExitsWith(0);
        Assert.Contains("a.csv: line 1 (0, 1, 2) is taken for names of columns and is no sample", run.Errors, StringComparison.Ordinal);
        var set = JsonDocument.Parse(run.Output).RootElement.GetProperty("real");
        Assert.Equal(3, set.GetProperty("samples").GetInt32());
        Assert.Equal(1, set.GetProperty("notes").GetArrayLength());
        await using var counted = Run.Orchestrator(
            folder.Path,
            "eval",
            "distance",
            "--real",
            "a.csv",
            "--generated",
            "a.csv",
            "--no-header",
            "--json"
        );
        await counted.ExitsWith(0);
        Assert.Equal(4, JsonDocument.Parse(counted.Output).RootElement.GetProperty("n_real").GetInt32());
        await using var both = Run.Orchestrator(
            folder.Path,
            "eval",
            "distance",
            "--real",
            "a.csv",
            "--generated",
            "a.csv",
            "--no-header",
            "--header"
        );
        await both.ExitsWith(2);
    }
}
