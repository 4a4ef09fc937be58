using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.SweepFiles;

namespace Orchestrator.Sweeps.Tests.Progress;

public sealed class SweepPlanSpecs
{
    const string Grid = "parameters: { flow.steps: [1, 2, 3], flow.hidden: [8, 16, 32], flow.levels: [1, 2, 3] }\n";

    [Fact]
    public void Without_a_scheduler_all_is_known()
    {
        var plan = Plan("trial: { training.epochs: 5 }\nparameters: { flow.steps: [1, 2, 3], replicate: [1, 2] }", 4);

        Assert.Equal((3, 2, 6, 1), (plan.Configurations, plan.Replicates, plan.Trials, plan.Runs));
        Assert.Equal(new Expected(30, 30, 30), plan.Epochs);
        Assert.Equal(new Expected(6, 6, 6), plan.Evaluations);
        // Two rounds of five epochs: four trials at once, then two.
        Assert.Equal((10, 30, 10), (plan.Length.Mean, plan.EpochsWithout, plan.LengthWithout));
        Assert.Empty(plan.Rungs);
    }

    [Fact]
    public void Trials_of_unequal_length_are_laid_out_over_the_slots() =>
        Assert.Equal(6, Plan("parameters: { training.epochs: [6, 1, 2, 3] }", 2).Length.Mean);

    [Fact]
    public void What_is_promoted_is_simulated_by_the_rules_of_the_sweep()
    {
        var plan = Plan($"{Grid}scheduler: {{ algorithm: asha, max_epochs: 27 }}", 1);

        Assert.Equal((27, 200, 729), (plan.Trials, plan.Runs, plan.EpochsWithout));
        Assert.Equal([1, 3, 9, 27], plan.Rungs.Select(rung => rung.Level));
        Assert.Equal((27, 27), (plan.Rungs[0].Trials, plan.Rungs[0].Epochs));
        // 27/3, 9/3, 3/3 by the rule, and those that were promoted before better ones came.
        Assert.InRange(plan.Rungs[1].Trials, 9, 15);
        Assert.InRange(plan.Rungs[3].Trials, 1, 4);
        Assert.Equal(plan.Epochs.Mean, plan.Rungs.Sum(rung => rung.Epochs), 1e-6);
        Assert.True(plan.Epochs.Low < plan.Epochs.Mean && plan.Epochs.Mean < plan.Epochs.High && plan.Epochs.High < 300);
        // One slot does all of it, one epoch after another; an epoch takes one on average.
        Assert.InRange(plan.Length.Mean, 0.95 * plan.Epochs.Mean, 1.05 * plan.Epochs.Mean);
        Assert.Equal(plan.Rungs[3].Trials, plan.Evaluations.Mean, 1e-6);
    }

    [Theory]
    [InlineData("algorithm: asha, mode: stop, max_epochs: 9", true)]
    [InlineData("algorithm: hyperband, max_epochs: 9", true)]
    [InlineData("algorithm: median, max_epochs: 9", false)]
    [InlineData("algorithm: asha, max_epochs: 9, refine: { metric: evaluation.samples.fid, from_rung: 1 }", true)]
    public void Every_scheduler_saves_epochs(string scheduler, bool hasRungs)
    {
        var plan = Plan($"{Grid}scheduler: {{ {scheduler} }}", 3);

        Assert.Equal(hasRungs, !plan.Rungs.IsEmpty);
        Assert.InRange(plan.Epochs.Mean, 27, 0.8 * 243);
        Assert.InRange(plan.Length.Mean, plan.Epochs.Mean / 3, plan.Epochs.Mean);
        Assert.True(plan.Length.Mean < plan.LengthWithout);
    }

    [Fact]
    public void The_same_file_gives_the_same_plan()
    {
        var text = $"{Grid}scheduler: {{ algorithm: asha }}";

        Assert.Equal(Plan(text, 3) with { Rungs = [] }, Plan(text, 3) with { Rungs = [] });
    }

    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("tpe")]
    public void A_search_has_its_number_of_trials(string algorithm)
    {
        var text =
            "parameters: { flow.steps: { int_uniform: [1, 99] }, replicate: [1, 2] }\n"
            + $"search: {{ algorithm: {algorithm}, trials: 20, enqueue: [{{ flow.steps: 7 }}] }}";
        var spec = SweepFile.Parse($"name: a\ndataset: digits\n{text}", "x");

        Assert.Equal((20, 40), (Plan(text, 3).Configurations, Plan(text, 3).Trials));
        var configurations = Configurations.Of(spec, 100).Select(one => one["flow.steps"]).ToList();
        Assert.Equal(("7", 20, 20), (configurations[0], configurations.Count, configurations.Distinct().Count()));
        Assert.Equal(6, Configurations.Of(spec, 5).Count());
    }

    static SweepPlan Plan(string more, int slots) => SweepPlan.Of(SweepFile.Parse($"name: a\ndataset: digits\n{more}", "x"), slots);
}
