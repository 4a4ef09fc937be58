using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Tests.Results;

public sealed class SweepResultsSpecs
{
    static readonly AttemptEnd Diverged = new(AttemptCause.Divergence, "the loss is not finite", "levels.0.steps.1.coupling", 17);

    static readonly string[][] ThreeBases =
    [
        ["base.distribution=von-mises-fisher", "base.kappa=1.5d", "training.learning_rate=0.001", "replicate=2"],
        ["base.distribution=dirichlet", "base.alpha=2"],
        ["base.distribution=gaussian"],
    ];

    [Fact]
    public void The_json_is_the_one_others_rely_on()
    {
        var story = new SweepStateBuilder(trials: ThreeBases)
            .Succeeds(1, 2.5)
            .Begins(2)
            .Takes(2, new(PeakMemory.Cpu, 1L << 28))
            .Learns(2, 5)
            .Ends(2, Diverged, 2)
            .Begins(2)
            .Fails(2, Diverged, 1.5);

        Assert.Equal(Golden("results.json"), SweepResults.From(story.State).ToJson() + "\n");
    }

    [Fact]
    public void A_figure_that_is_not_finite_is_null()
    {
        var scores = SweepStateBuilder.Scores(double.NaN);
        scores = scores with
        {
            RoundTripError = double.PositiveInfinity,
            Interpolation = ImmutableSortedDictionary<string, InterpolationScores>.Empty.Add(
                "linear",
                new(500, double.NaN, double.NaN, double.NaN, double.NaN, double.NegativeInfinity)
            ),
            Baselines = new(double.NaN, 2.42),
        };
        var story = new SweepStateBuilder(
            trials:
            [
                [],
            ]
        ).Begins(1).Learns(1, double.NaN).Completes(1, 1).IsScored(1, scores);

        var json = SweepResults.From(story.State).ToJson();

        Assert.DoesNotContain("NaN", json);
        Assert.DoesNotContain("Infinity", json);
        var trial = JsonNode.Parse(json)!["trials"]![0]!;
        Assert.Null(trial["validation"]!["bits_per_dim"]);
        Assert.Null(trial["test"]!["bits_per_dim"]);
        Assert.Null(trial["evaluation"]!["samples"]!["fid"]);
        Assert.Null(trial["evaluation"]!["interpolation"]!["linear"]!["path_typicality"]);
    }

    [Fact]
    public void A_retried_trial_tells_its_last_cause_until_it_ends_well()
    {
        var story = new SweepStateBuilder(
            trials:
            [
                [],
            ]
        ).Begins(1).Ends(1, new(AttemptCause.OutOfMemory, "killed"), 1);
        var waiting = SweepResults.From(story.State).Trials[0];
        var done = SweepResults.From(story.Succeeds(1, 2.4).State).Trials[0];

        Assert.Equal(
            (TrialStatus.Pending, AttemptCause.OutOfMemory, "killed", 2),
            (waiting.State, waiting.Cause, waiting.Message, waiting.Accumulate)
        );
        Assert.Equal((TrialStatus.Completed, 2), (done.State, done.Attempts));
        Assert.Null(done.Cause);
        Assert.Null(done.Message);
        Assert.Equal(7, done.Seconds);
    }

    [Fact]
    public void A_failed_evaluation_tells_its_cause_beside_a_completed_trial()
    {
        var story = new SweepStateBuilder(
            trials:
            [
                [],
            ]
        ).Begins(1).Learns(1, 3).Completes(1, 1).IsNotScored(1, new(AttemptCause.OutOfMemory, "killed"));

        var trial = JsonNode.Parse(SweepResults.From(story.State).ToJson())!["trials"]![0]!;

        Assert.Equal("completed", (string?)trial["state"]);
        Assert.Null(trial["cause"]);
        Assert.Equal("failed", (string?)trial["evaluation"]!["state"]);
        Assert.Equal("out_of_memory", (string?)trial["evaluation"]!["cause"]);
    }

    static string Golden(string name)
    {
        using var stream = typeof(SweepResultsSpecs).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
