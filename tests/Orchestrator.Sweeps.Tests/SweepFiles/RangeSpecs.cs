using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tests.SweepFiles;

/// <summary>Ranges of a sweep file: what they mean, and which are refused.</summary>
public sealed class RangeSpecs
{
    const string Random = SweepTexts.Head + "search: { algorithm: random, trials: 10 }\nparameters:\n  ";

    [Theory]
    [InlineData("training.learning_rate: { log_uniform: [1e-4, 3.0e-3] }", "{ log_uniform: [0.0001, 0.003] }")]
    [InlineData("training.ema: { uniform: [0, 0.9] }", "{ uniform: [0, 0.9] }")]
    [InlineData("flow.steps: { int_uniform: [1, 32] }", "{ int_uniform: [1, 32] }")]
    [InlineData("flow.hidden: { log_int_uniform: [16, 512] }", "{ log_int_uniform: [16, 512] }")]
    [InlineData("flow.hidden: { quantized: [32, 256, 32] }", "{ quantized: [32, 256, 32] }")]
    [InlineData("training.gradient_clip: { quantized: [0.5, 2, 0.25] }", "{ quantized: [0.5, 2, 0.25] }")]
    [InlineData("training.learning_rate: { normal: [1e-3, 2e-4] }", "{ normal: [0.001, 0.0002] }")]
    [InlineData("training.learning_rate: { log_uniform: [1.0e-4, 3.0e-3] }\n  flow.levels: [1, 2]", "{ log_uniform: [0.0001, 0.003] }")]
    [InlineData("trial: [{ training.learning_rate: { uniform: [1, 2] } }, {}]", "{ uniform: [1, 2] }")]
    [InlineData("trial: [{ training: { learning_rate: { uniform: [1, 2] } } }, {}]", "{ uniform: [1, 2] }")]
    [InlineData("base: { distribution: von-mises-fisher, kappa: { log_uniform: [0.5d, 4d] } }", "{ log_uniform: [0.5d, 4d] }")]
    [InlineData("base: [{ distribution: von-mises-fisher, kappa: { uniform: [1, 300] } }]", "{ uniform: [1, 300] }")]
    [InlineData("base: [{ distribution: von-mises-fisher, kappa: { quantized: [1d, 4d, 0.5d] } }]", "{ quantized: [1d, 4d, 0.5d] }")]
    [InlineData("base: [{ distribution: [dirichlet], alpha: { normal: [2, 1] } }]", "{ normal: [2, 1] }")]
    public void A_range_may_stand_where_a_choice_may(string parameter, string range) =>
        Assert.Equal(range, Assert.Single(Ranges(SweepTexts.Parse(Random + parameter).Space.Parameters)).ToString());

    [Theory]
    // The ends
    [InlineData("training.ema: { uniform: [0.9, 0.1] }", "5:34: training.ema: 0.9 is above 0.1: expected the lower end first")]
    [InlineData("training.ema: { uniform: [0.5, 0.50] }", "5:34: training.ema: both ends are 0.5: a single value belongs under trial")]
    [InlineData("training.ema: { log_uniform: [0, 0.5] }", "5:33: training.ema: log_uniform needs a lower end above 0, not 0")]
    [InlineData("training.ema: { uniform: [-1, 0.5] }", "5:29: training.ema: expected a number of at least 0 and below 1, not '-1'")]
    [InlineData("training.ema: { uniform: [a, 0.5] }", "5:29: training.ema: expected a number of at least 0 and below 1, not 'a'")]
    [InlineData("training.ema: { uniform: 0.5 }", "5:28: training.ema: expected two numbers: [low, high]")]
    [InlineData("training.ema: { uniform: [0.1] }", "5:28: training.ema: expected two numbers: [low, high]")]
    [InlineData("flow.steps: { quantized: [1, 8] }", "5:28: flow.steps: expected three numbers: [low, high, step]")]
    [InlineData("training.ema: { normal: [0.1, 0.2, 0.3] }", "5:27: training.ema: expected two numbers: [mean, standard deviation]")]
    [InlineData(
        "flow.steps: { int_uniform: [1, 1001] }",
        "5:34: flow.steps: expected at most 1000, not 1001: a step of training then takes minutes, or does not fit into memory"
    )]
    [InlineData("flow.steps: { int_uniform: [1, 2.5] }", "5:34: flow.steps: expected a whole number of at least 1, not '2.5'")]
    // The distance
    [InlineData("training.ema: { quantized: [0, 0.5, 0] }", "5:39: training.ema: expected a number above 0, not '0'")]
    [InlineData(
        "training.ema: { quantized: [0, 0.5, 0.6] }",
        "5:39: training.ema: the step 0.6 is larger than what lies between 0 and 0.5"
    )]
    [InlineData("flow.steps: { quantized: [1, 8, 0.5] }", "5:35: flow.steps: expected a whole number of at least 1, not '0.5'")]
    [InlineData("training.ema: { normal: [0.5, -1] }", "5:33: training.ema: expected a number above 0, not '-1'")]
    [InlineData("training.ema: { normal: [1, 1] }", "5:28: training.ema: expected a number of at least 0 and below 1, not '1'")]
    // Of another kind than the field
    [InlineData(
        "flow.steps: { uniform: [1, 8] }",
        "5:17: flow.steps: uniform draws real numbers, and steps is a whole one: use int_uniform"
    )]
    [InlineData(
        "flow.steps: { log_uniform: [1, 8] }",
        "5:17: flow.steps: log_uniform draws real numbers, and steps is a whole one: use log_int_uniform"
    )]
    [InlineData("flow.steps: { normal: [4, 1] }", "5:17: flow.steps: normal draws real numbers, and steps is a whole one: use int_uniform")]
    [InlineData(
        "training.ema: { int_uniform: [0, 1] }",
        "5:19: training.ema: int_uniform draws whole numbers, and ema is a real one: use uniform"
    )]
    [InlineData(
        "training.ema: { log_int_uniform: [1, 2] }",
        "5:19: training.ema: log_int_uniform draws whole numbers, and ema is a real one: use log_uniform"
    )]
    [InlineData(
        "flow.coupling: { uniform: [1, 2] }",
        "5:20: flow.coupling: uniform is a range of numbers, and coupling is none: expected a list of values"
    )]
    [InlineData("replicate: { int_uniform: [1, 3] }", "5:16: replicate: every trial has the same replicates: expected a list of values")]
    [InlineData(
        "base: { normal: [0, 1] }",
        "5:9: base: normal is a range of numbers, and base is a whole part: expected a list of entries"
    )]
    // Multiples of d
    [InlineData(
        "base: { distribution: von-mises-fisher, kappa: { uniform: [0.5d, 4] } }",
        "5:68: base.kappa: 0.5d and 4: expected all of them with d, or none"
    )]
    [InlineData(
        "base: { distribution: von-mises-fisher, kappa: { uniform: [0.5, 4d] } }",
        "5:67: base.kappa: 0.5 and 4d: expected all of them with d, or none"
    )]
    [InlineData(
        "base: { distribution: von-mises-fisher, kappa: { quantized: [1d, 4d, 1] } }",
        "5:72: base.kappa: 1d and 1: expected all of them with d, or none"
    )]
    // The key
    [InlineData("training.ema: { unifrom: [0, 0.5] }", "5:17: training.ema: unknown key 'unifrom'; did you mean 'uniform'?")]
    [InlineData("training.ema: { loguniform: [0.1, 0.5] }", "5:17: training.ema: unknown key 'loguniform'; did you mean 'log_uniform'?")]
    [InlineData("training.ema: { chioce: [0.1, 0.5] }", "5:17: training.ema: unknown key 'chioce'; did you mean 'choice'?")]
    [InlineData(
        "training.ema: { between: [0, 0.5] }",
        "5:17: training.ema: expected a list of values, { choice: [...] }, or a range (uniform, log_uniform, int_uniform, log_int_uniform, "
            + "quantized, normal)"
    )]
    [InlineData("training.ema: { uniform: [0, 0.5], step: 1 }", "5:38: training.ema: unknown key 'step' beside uniform")]
    [InlineData("training.ema: { uniform: [0, 0.5], normal: [0, 1] }", "5:38: training.ema: unknown key 'normal' beside uniform")]
    [InlineData("training.ema: { choice: [0, 0.5], normal: [0, 1] }", "5:37: training.ema: unknown key 'normal' beside choice")]
    public void A_range_that_cannot_be_is_refused_where_it_stands(string parameter, string problem) =>
        Assert.Equal("x.yaml:" + problem, Assert.Single(SweepTexts.Problems(Random + parameter + "\n")));

    [Theory]
    [InlineData(
        "base.kappa: { uniform: [1, 2] }\n  base.distribution: [von-mises-fisher, gaussian]",
        "5:15: base.kappa: only von-mises-fisher takes kappa, and the base is gaussian (in the trial base.distribution=gaussian, "
            + "base.kappa=1)"
    )]
    [InlineData(
        "training.learning_rate: { log_uniform: [1e-4, 1e-3] }\n  base: [{ distribution: gaussian }, { distribution: dirichlet }]",
        "6:54: base.alpha: missing: dirichlet needs alpha, a number above 0 (in the trial base.distribution=dirichlet, "
            + "training.learning_rate=0.0001)"
    )]
    [InlineData(
        "trial:\n  - { training.optimizer: [adam, adamw], training.schedule: [cosine, step] }\n"
            + "  - training.decay_epochs: { uniform: [1, 2] }",
        "7:28: training.decay_epochs: only step takes decay_epochs, and the schedule is constant (in the trial training.decay_epochs=1)"
    )]
    public void A_trial_that_cannot_be_is_found_without_looking_at_all(string parameters, string problem) =>
        Assert.Equal("x.yaml:" + problem, Assert.Single(SweepTexts.Problems(Random + parameters + "\n")));

    [Fact]
    public void Billions_of_combinations_are_no_grid_and_still_looked_at()
    {
        var hundred = $"[{string.Join(", ", Enumerable.Range(1, 100))}]";
        string[] paths = ["flow.steps", "flow.hidden", "training.epochs", "training.batch_size", "training.weight_decay"];
        var parameters = Random + string.Join("\n  ", paths.Select(path => $"{path}: {hundred}")) + "\n  training.optimizer: ";

        Assert.Equal(10_000_000_000, GridSearch.Count(SweepTexts.Parse(parameters + "[adamw]")));
        Assert.Contains(
            "training.weight_decay: only adamw takes weight_decay, and the optimizer is adamax",
            SweepTexts.Problems(parameters + "[adamw, adamax]")[0],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_same_entry_twice_is_a_mistake_whatever_the_search() =>
        Assert.Equal(
            "x.yaml:8:5: base: gives a trial that is already there (base.distribution=gaussian); to repeat trials with other seeds, sweep "
                + "replicate",
            Assert.Single(
                SweepTexts.Problems(
                    Random
                        + "training.ema: { uniform: [0, 0.5] }\n  base:\n  - { distribution: gaussian }\n  - { distribution: gaussian }\n"
                        + "  - { distribution: dirichlet, alpha: { uniform: [1, 2] } }\n"
                )
            )
        );

    static IEnumerable<ValueRange> Ranges(IEnumerable<Parameter> parameters) =>
        parameters.SelectMany(parameter =>
            parameter.Range is { } range ? [range] : parameter.Choices.SelectMany(choice => Ranges(choice.Inner))
        );
}
