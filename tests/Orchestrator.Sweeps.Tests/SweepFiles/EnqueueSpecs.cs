using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tests.Scheduling;

namespace Orchestrator.Sweeps.Tests.SweepFiles;

public sealed class EnqueueSpecs
{
    const string Space =
        SweepTexts.Head + "parameters: { training.learning_rate: { log_uniform: [1e-4, 1e-2] }, flow.steps: { int_uniform: [1, 32] } }\n";

    const string Bases =
        SweepTexts.Head
        + "parameters: { base: [{ distribution: gaussian }, { distribution: von-mises-fisher, kappa: { uniform: [1d, 2d] } }] }\n";

    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("tpe")]
    public void Enqueued_configurations_are_run_first_and_the_search_draws_as_without_them(string algorithm)
    {
        var sweep = ScheduledSweep.Of(
            $"{Space}search: {{ algorithm: {algorithm}, trials: 6, enqueue: [{{ training.learning_rate: 0.001, flow.steps: 4 }}, "
                + "{ flow: { steps: 5 } }] }",
            2,
            (trial, _) => trial
        );
        sweep.RunToTheEnd();

        Assert.Equal(6, sweep.Domain.Sweep.Count(TrialStatus.Completed));
        Assert.Equal(["4 0.001", "5 0.001"], sweep.Domain.Sweep.Trials.Take(2).Select(Text));
        Assert.Equal([null, null, 0, 1, 2, 3], sweep.Domain.Journal.OfType<TrialAdded>().Select(added => added.Point));
    }

    [Fact]
    public void A_replicated_sweep_runs_each_for_all_replicates()
    {
        var text = Space.Replace("}\n", ", replicate: [1, 2] }\n", StringComparison.Ordinal);
        var sweep = ScheduledSweep.Of($"{text}search: {{ algorithm: random, trials: 2, enqueue: [{{ flow.steps: 4 }}] }}", 2, (_, _) => 1);
        sweep.RunToTheEnd();

        Assert.Equal(["4 0.001", "4 0.001"], sweep.Domain.Sweep.Trials.Take(2).Select(Text));
        Assert.Equal(["1", "2", "1", "2"], sweep.Domain.Sweep.Trials.Select(trial => trial.Parameters["replicate"]));
    }

    [Fact]
    public void What_learns_nothing_takes_what_is_outside_the_space() =>
        Assert.Equal(
            "64",
            SweepTexts.Parse($"{Space}search: {{ algorithm: random, trials: 6, enqueue: [{{ flow.steps: 64 }}] }}").Search.Enqueue[0][
                "flow.steps"
            ]
        );

    [Fact]
    public void The_spec_keeps_them()
    {
        var spec = SweepTexts.Parse($"{Space}search: {{ algorithm: random, trials: 6, enqueue: [{{ flow.steps: 4 }}] }}");

        Assert.Equal(spec.ToJson(), SweepSpec.FromJson(spec.ToJson()).ToJson());
        Assert.Equal(
            """search.enqueue: [{"flow.steps":"4","training.learning_rate":"0.001"}] → []""",
            Assert.Single(SpecDifference.Between(spec, spec with { Search = spec.Search with { Enqueue = [] } }))
        );
    }

    [Theory]
    [InlineData(
        Space,
        "tpe",
        "{ flow.steps: 64 }",
        "4:62: flow.steps: 64 is none of those under parameters, and tpe learns from no others"
    )]
    [InlineData(Space, "tpe", "{ flow.stesp: 4 }", "4:50: flow.stesp: unknown key; did you mean 'flow.steps'?")]
    [InlineData(Space, "random", "{ flow.steps: 0 }", "4:65: flow.steps: expected a whole number of at least 1, not '0'")]
    [InlineData(
        Space,
        "random",
        "{ flow.hidden: 4 }",
        "4:66: flow.hidden: parameters does not sweep it, so all trials have the same: say it under trial"
    )]
    [InlineData(
        Space,
        "random",
        "{ flow.steps: 4 }, { flow.steps: 4, training.learning_rate: 1e-3 }",
        "4:70: search.enqueue: given twice: first at 4:51 (flow.steps=4, training.learning_rate=0.001)"
    )]
    [InlineData(
        Space,
        "random",
        "{ flow.steps: 4 }, { flow.steps: 5 }, { flow.steps: 6 }, { flow.steps: 7 }",
        "4:108: search.enqueue: more configurations than search.trials, which is 3"
    )]
    [InlineData(
        Space,
        "random",
        "4",
        "4:51: search.enqueue: expected settings and their values, such as { training.learning_rate: 0.001 }"
    )]
    [InlineData(
        Bases,
        "random",
        "{ base: { distribution: von-mises-fisher } }",
        "4:51: search.enqueue: base.kappa: missing: expected a number above 0, or one followed by d (1.5d: times the latent dimension)"
    )]
    [InlineData(
        Bases,
        "tpe",
        "{ base: { distribution: von-mises-fisher, kappa: 3d } }",
        "4:48: base: its settings are none of those under parameters, and tpe learns from no others"
    )]
    public void What_cannot_be_run_is_refused_at_its_place(string text, string algorithm, string enqueue, string problem) =>
        Assert.Equal(
            [$"x.yaml:{problem}"],
            SweepTexts.Problems($"{text}search: {{ algorithm: {algorithm}, trials: 3, enqueue: [{enqueue}] }}")
        );

    [Theory]
    [InlineData(
        "search.enqueue: [{ flow.steps: 4 }]",
        "3:18: search.enqueue: a grid has its trials from parameters; only random, sobol and tpe take enqueue"
    )]
    [InlineData(
        "parameters: { flow.steps: [4, 8] }\nwhere: flow.steps > 4\nsearch: { algorithm: random, trials: 2, enqueue: [{ flow.steps: 4 }] }",
        "5:51: search.enqueue: does not fulfil the condition flow.steps > 4"
    )]
    [InlineData(
        "parameters: { flow.steps: [4, 8] }\nsearch: { algorithm: tpe, trials: 2, prior: [a, x] }",
        "4:45: search.prior: a sweep cannot know its own trials from the start"
    )]
    [InlineData("search: { enqeue: 1 }", "3:11: search.enqeue: unknown key; did you mean 'enqueue'?")]
    public void What_does_not_go_together_is_refused(string more, string problem) =>
        Assert.Equal([$"x.yaml:{problem}"], SweepTexts.Problems(SweepTexts.Head + more));

    static string Text(TrialState trial) => $"{trial.Parameters["flow.steps"]} {trial.Parameters["training.learning_rate"]}";
}
