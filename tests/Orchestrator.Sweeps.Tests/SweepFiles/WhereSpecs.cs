using System.Globalization;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tests.Scheduling;

namespace Orchestrator.Sweeps.Tests.SweepFiles;

public sealed class WhereSpecs
{
    const string Space = "parameters: { flow.hidden: [32, 64, 128], flow.steps: [4, 8, 32], replicate: [1, 2] }\n";

    const string Drawn =
        SweepTexts.Head
        + "parameters: { flow.hidden: { int_uniform: [16, 256] }, flow.steps: { int_uniform: [1, 32] } }\n"
        + "where: flow.hidden * flow.steps <= 1024\n";

    [Fact]
    public void A_combination_that_it_leaves_out_is_no_trial() =>
        Assert.Equal(
            [
                "32 4 1",
                "32 4 2",
                "32 8 1",
                "32 8 2",
                "32 32 1",
                "32 32 2",
                "64 4 1",
                "64 4 2",
                "64 8 1",
                "64 8 2",
                "128 4 1",
                "128 4 2",
                "128 8 1",
                "128 8 2",
            ],
            GridSearch
                .Enumerate(SweepTexts.Parse($"{SweepTexts.Head}{Space}where: [ flow.hidden * flow.steps <= 1024, 'flow.hidden < 256' ]"))
                .Select(trial => $"{trial["flow.hidden"]} {trial["flow.steps"]} {trial["replicate"]}")
        );

    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("tpe")]
    public void What_is_drawn_and_left_out_is_drawn_again(string algorithm)
    {
        var sweep = ScheduledSweep.Of($"{Drawn}search: {{ algorithm: {algorithm}, trials: 30 }}", 2, (trial, _) => trial % 7);
        sweep.RunToTheEnd();

        Assert.Equal(30, sweep.Domain.Sweep.Count(TrialStatus.Completed));
        Assert.All(sweep.Domain.Sweep.Trials, trial => Assert.InRange(Number(trial, "flow.hidden") * Number(trial, "flow.steps"), 1, 1024));
        Assert.True(sweep.Domain.Sweep.NextPoint > 30);
    }

    [Fact]
    public void A_trial_without_the_setting_is_one_whatever_the_condition_says_of_it() =>
        Assert.Equal(
            ["gaussian", "dirichlet"],
            GridSearch
                .Enumerate(
                    SweepTexts.Parse(
                        SweepTexts.Head
                            + "parameters: { base: [{ distribution: gaussian }, { distribution: dirichlet, alpha: [2, 4] }] }\n"
                            + "where: [base.alpha < 3]"
                    )
                )
                .Select(trial => trial["base.distribution"])
        );

    [Fact]
    public void The_spec_keeps_the_conditions_as_they_are_written()
    {
        var spec = SweepTexts.Parse($"{SweepTexts.Head}{Space}where: [ 'flow.steps in (4, 8)' ]");

        Assert.Equal(["flow.steps in (4, 8)"], SweepSpec.FromJson(spec.ToJson()).Where);
        Assert.Equal(
            "where: [flow.steps in (4, 8)] → [flow.steps < 9]",
            Assert.Single(SpecDifference.Between(spec, SweepTexts.Parse($"{SweepTexts.Head}{Space}where: flow.steps < 9")))
        );
    }

    [Theory]
    [InlineData("where: [ flow.steps < 9, flow.hiden < 3 ]", "3:26: where: no setting is called 'flow.hiden'; did you mean 'flow.hidden'?")]
    [InlineData("where: [ \"flow.steps = 9\" ]", "3:22: where: expected == to compare")]
    [InlineData(
        "where: [ 'flow.steps < 9', flow.hidden in (1, flow.steps > 0 ]",
        "3:45: where: expected ), not the end; a condition with commas stands in quotes"
    )]
    [InlineData("where: [ [1] ]", "3:10: where: expected a condition, such as 'flow.hidden * flow.steps <= 2048'")]
    [InlineData("where:", "3:7: where: expected a condition, such as 'flow.hidden * flow.steps <= 2048'")]
    [InlineData("where: flow.steps > 8", "3:8: where: leaves no trial: no combination of parameters fulfils all conditions")]
    [InlineData(
        "parameters: { flow.steps: { int_uniform: [1, 8] } }\nsearch: { algorithm: random, trials: 3 }\nwhere: flow.steps > 8",
        "5:8: where: leaves no trial: of the first 10,000 draws none fulfils all conditions"
    )]
    [InlineData(
        "parameters: { base: [{ distribution: gaussian }, { distribution: von-mises-fisher, kappa: [3, 1.5d] }] }\n"
            + "where: flow.steps < 9 and base.kappa < 3",
        "4:27: where: base.kappa is 1.5d somewhere, a multiple of the latent dimension, which is not known here: give plain numbers, or "
            + "leave it out of the condition"
    )]
    [InlineData("were: flow.steps < 9", "3:1: were: unknown key; did you mean 'where'?")]
    public void What_is_no_condition_is_refused_at_its_place(string more, string problem) =>
        Assert.Equal([$"x.yaml:{problem}"], SweepTexts.Problems(SweepTexts.Head + more));

    static int Number(TrialState trial, string path) => int.Parse(trial.Parameters[path], CultureInfo.InvariantCulture);
}
