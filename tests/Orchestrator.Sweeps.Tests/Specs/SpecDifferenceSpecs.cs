using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tests.SweepFiles;

namespace Orchestrator.Sweeps.Tests.Specs;

public sealed class SpecDifferenceSpecs
{
    static readonly string Text = SweepTexts.Full;

    [Fact]
    public void The_same_spec_has_no_differences() => Assert.Empty(Between(Text, Text.Replace("1.50d", "1.5d", StringComparison.Ordinal)));

    [Theory]
    [InlineData("seed: 7", "seed: 8", "seed: 7 → 8")]
    [InlineData("epochs: 11", "epochs: 12", "trial.training.epochs: 11 → 12")]
    [InlineData(", kappa: 1.50d", "", "trial.base.kappa: 1.5d → nothing")]
    [InlineData("crash: 4", "crash: 5", "retries.crash: 4 → 5")]
    [InlineData("budget: 50GiB", "budget: 1KiB", "retention.budget_bytes: 53687091200 → 1024")]
    [InlineData(", budget: 50GiB", "", "retention.budget_bytes: 53687091200 → nothing")]
    [InlineData("subset_size: 100", "subset_size: 50", "evaluation.kid.subset_size: 100 → 50")]
    [InlineData("[linear, slerp]", "auto", "evaluation.interpolation.schemes: [linear, slerp] → [auto]")]
    [InlineData("[1, 2, 3]", "[1, 2]", "parameters.replicate: [1, 2, 3] → [1, 2]")]
    [InlineData(
        "alpha: 2 ",
        "alpha: 3 ",
        "parameters.base: [{ base.distribution: gaussian }, { base.alpha: 2, base.distribution: dirichlet }, "
            + "{ base.distribution: von-mises-fisher, base.kappa: [1d, 1.5d, 200] }] → [{ base.distribution: gaussian }, "
            + "{ base.alpha: 3, base.distribution: dirichlet }, { base.distribution: von-mises-fisher, base.kappa: [1d, 1.5d, 200] }]"
    )]
    public void One_change_is_one_line(string old, string @new, string difference)
    {
        var changed = Text.Replace(old, @new, StringComparison.Ordinal);
        Assert.NotEqual(Text, changed);
        Assert.Equal(difference, Assert.Single(Between(Text, changed)));
    }

    [Fact]
    public void A_range_is_told_as_the_file_has_it()
    {
        const string text =
            SweepTexts.Head
            + "search: { algorithm: random, trials: 10 }\n"
            + "parameters: { base: { distribution: von-mises-fisher, kappa: { uniform: [1d, 2d] } } }";

        Assert.Equal(
            [
                "parameters.base: [{ base.distribution: von-mises-fisher, base.kappa: { uniform: [1d, 2d] } }] → "
                    + "[{ base.distribution: von-mises-fisher, base.kappa: { log_uniform: [1d, 2d] } }]",
            ],
            Between(text, text.Replace("uniform", "log_uniform", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void A_parameter_that_is_new_or_gone_is_one_line()
    {
        var more = Text.Replace("parameters:\n", "parameters:\n  flow.steps: [4, 8]\n", StringComparison.Ordinal);

        Assert.Equal(["parameters.flow.steps: nothing → [4, 8]"], Between(Text, more));
        Assert.Equal(["parameters.flow.steps: [4, 8] → nothing"], Between(more, Text));
    }

    [Fact]
    public void Another_order_of_parameters_is_another_order_of_trials() =>
        Assert.Equal(
            ["order of parameters: flow.steps, flow.levels → flow.levels, flow.steps"],
            Between(
                SweepTexts.Head + "parameters: { flow.steps: [1, 2], flow.levels: [1, 2] }",
                SweepTexts.Head + "parameters: { flow.levels: [1, 2], flow.steps: [1, 2] }"
            )
        );

    static IReadOnlyList<string> Between(string a, string b) => SpecDifference.Between(SweepTexts.Parse(a), SweepTexts.Parse(b));
}
