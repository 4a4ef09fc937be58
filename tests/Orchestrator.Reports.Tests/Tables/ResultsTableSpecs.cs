using Orchestrator.Reports.Results;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Tests.Tables;

public sealed class ResultsTableSpecs
{
    static readonly AttemptEnd Crashed = new(AttemptCause.Crash, "exit code 139");

    [Fact]
    public void The_lowest_validation_comes_first_then_what_has_none_then_what_failed_then_the_baselines()
    {
        var submitted = new SweepStateBuilder(
            trials:
            [
                [],
                [],
                [],
                [],
                [],
                [],
            ]
        );
        var table = Table(
            submitted
                .Begins(1)
                .Learns(1, 1.0)
                .Fails(1, Crashed, 1)
                .Succeeds(3, 2.5)
                .Succeeds(5, 2.3)
                .Begins(4)
                .Learns(4, 3.0)
                .Begins(6)
                .Learns(6, 2.9)
                .Ends(6, Crashed, 1)
        );

        Assert.Equal(["0005", "0003", "0006", "0004", "0002", "0001", null, null], table.Rows.Select(row => row.Trial));
        Assert.Equal(["1", "2", "3", "4", "—", "—", "", ""], Column(table, "#"));
        Assert.Equal(
            ["completed", "completed", "pending: crash", "running", "pending", "failed: crash", "baseline", "baseline"],
            Column(table, "state")
        );
        Assert.Equal(["2.300 ± 0.004", "2.500 ± 0.004", "—", "—", "—", "—", "2.950", "2.420"], Column(table, "test"));
    }

    [Fact]
    public void The_test_split_chooses_nothing()
    {
        var table = Table(new SweepStateBuilder(
                trials:
                [
                    [],
                    [],
                ]
            ).Succeeds(1, bits: 2.3, validation: 2.34).Succeeds(2, bits: 2.4, validation: 2.336));

        Assert.Equal(["0002", "0001"], table.Rows.Take(2).Select(row => row.Trial));
        Assert.Equal(["2.336", "2.340"], Column(table, "validation").Take(2));
    }

    [Fact]
    public void Every_row_has_a_cell_for_every_column()
    {
        var table = Table(
            new SweepStateBuilder(
                trials:
                [
                    [],
                    [],
                ]
            ).Succeeds(1, 2.5)
        );

        Assert.All(table.Rows, row => Assert.Equal(table.Columns.Length, row.Cells.Length));
    }

    [Fact]
    public void Parameters_are_told_only_where_they_vary()
    {
        var table = Table(
            new SweepStateBuilder(
                trials:
                [
                    [
                        "base.distribution=von-mises-fisher",
                        "base.kappa=1.5d",
                        "training.learning_rate=0.001",
                        "training.ema=0.99",
                        "replicate=1",
                    ],
                    ["base.distribution=gaussian", "training.learning_rate=0.003", "training.ema=0.99", "replicate=2"],
                ]
            )
        );

        Assert.Equal(
            ["von-mises-fisher kappa=1.5d lr=0.001 replicate=1", "gaussian lr=0.003 replicate=2"],
            Column(table, "parameters").Take(2)
        );
    }

    [Theory]
    [InlineData("parameters: { trial: [{}, { training.learning_rate: 2.0e-3 }] }", "lr=0.001", "lr=0.002")]
    [InlineData(
        "parameters: { base: [{ distribution: gaussian }, { distribution: von-mises-fisher, kappa: 1d }] }",
        "gaussian",
        "von-mises-fisher kappa=1d"
    )]
    [InlineData(
        "trial: { base: { distribution: von-mises-fisher, kappa: 1d } }\nparameters: { trial: [{}, { base.distribution: gaussian }] }",
        "von-mises-fisher kappa=1d",
        "gaussian"
    )]
    [InlineData("parameters: { flow.levels: [1, 2], training.epochs: [3] }", "levels=1", "levels=2")]
    public void Whatever_form_the_file_has_leaves_name_the_trials(string more, string first, string second) =>
        Assert.Equal([first, second], Column(Table(SweepStateBuilder.Of($"name: a\ndataset: digits\n{more}\n")), "parameters").Take(2));

    [Fact]
    public void Numbers_that_a_search_has_drawn_are_told_with_all_of_their_digits() =>
        Assert.Equal(
            ["kappa=1.234567d lr=0.000623 ema=0.99995", "kappa=2d lr=6.234567E-05 ema=0.9"],
            Column(
                    Table(
                        new SweepStateBuilder(
                            trials:
                            [
                                ["training.learning_rate=0.000623", "base.kappa=1.234567d", "training.ema=0.99995"],
                                ["training.learning_rate=6.234567E-05", "base.kappa=2d", "training.ema=0.9"],
                            ]
                        )
                    ),
                    "parameters"
                )
                .Take(2)
        );

    [Fact]
    public void Trials_that_a_scheduler_gave_up_or_lets_wait_stand_behind_those_trained_to_their_end_and_say_where()
    {
        var at = DateTimeOffset.UnixEpoch;
        var story = new SweepStateBuilder(
            trials:
            [
                [],
                [],
                [],
            ]
        ).Begins(1).Learns(1, 2.0).Ends(1, new(AttemptCause.Done), 1).Tell(new TrialPaused(1) { At = at });
        story
            .Begins(2)
            .Learns(2, 1.9, 1.8)
            .Tell(new TrialPruned(2, 2) { At = at })
            .Ends(2, new(AttemptCause.Interrupted), 1)
            .Succeeds(3, 2.4);
        var table = Table(story);
        Assert.Equal(["0003", "0002", "0001"], table.Rows.Take(3).Select(row => row.Trial));
        Assert.Equal(["completed", "pruned at epoch 2", "paused at epoch 1, waits for a promotion"], Column(table, "state").Take(3));
        Assert.Equal(["front", "", ""], Column(table, "Pareto").Take(3));
    }

    [Fact]
    public void The_only_trial_needs_no_parameters() =>
        Assert.Equal(
            "—",
            Column(
                Table(
                    new SweepStateBuilder(
                        trials:
                        [
                            ["base.distribution=gaussian"],
                        ]
                    )
                ),
                "parameters"
            )[0]
        );

    [Fact]
    public void A_distance_names_its_features_and_its_n_in_the_header()
    {
        var table = Table(new SweepStateBuilder(
                trials:
                [
                    [],
                    [],
                ]
            ).Succeeds(1, 2.5).Succeeds(2, 2.4));

        Assert.Equal("domain-digits, n\u00a0=\u00a01\u202f000", table.Columns.Single(column => column.Header == "FID").Unit);
        Assert.Equal("9.600 ± 0.250", Column(table, "FID")[0]);
        Assert.Equal("slerp 12.00", Column(table, "best path FID")[0]);
    }

    [Fact]
    public void Where_n_differs_it_stands_beside_each_distance()
    {
        var few = SweepStateBuilder.Scores(2.4);
        var story = new SweepStateBuilder(
            trials:
            [
                [],
                [],
            ]
        ).Succeeds(1, 2.5).Begins(2).Learns(2, 2.41).Completes(2, 1).IsScored(2, few with { Samples = few.Samples with { N = 50 } });

        var table = Table(story);

        Assert.Equal("domain-digits", table.Columns.Single(column => column.Header == "FID").Unit);
        Assert.Equal(["9.600 ± 0.250 (n\u00a0=\u00a050)", "10.00 ± 0.25 (n\u00a0=\u00a01\u202f000)"], Column(table, "FID").Take(2));
    }

    [Fact]
    public void A_figure_that_is_not_finite_has_no_rank()
    {
        var table = Table(new SweepStateBuilder(
                trials:
                [
                    [],
                    [],
                ]
            ).Succeeds(1, double.NaN).Succeeds(2, 2.4));

        Assert.Equal(["0002", "0001"], table.Rows.Take(2).Select(row => row.Trial));
        Assert.Equal(["1", "—"], Column(table, "#").Take(2));
        Assert.Equal("—", Column(table, "best path FID")[1]);
    }

    [Fact]
    public void Without_any_evaluation_the_baselines_are_not_known() =>
        Assert.Equal(
            ["—", "—", "—"],
            Column(
                Table(
                    new SweepStateBuilder(
                        trials:
                        [
                            [],
                        ]
                    )
                ),
                "test"
            )
        );

    static ResultsTable Table(SweepStateBuilder story) => ResultsTable.From(SweepResults.From(story.State));

    static List<string> Column(ResultsTable table, string header)
    {
        var index = table.Columns.Select(column => column.Header).ToList().IndexOf(header);
        return [.. table.Rows.Select(row => row.Cells[index])];
    }
}
