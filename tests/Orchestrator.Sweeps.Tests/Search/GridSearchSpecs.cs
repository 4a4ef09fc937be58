using System.Collections.Immutable;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tests.Search;

public sealed class GridSearchSpecs
{
    [Fact]
    public void The_first_parameter_changes_slowest_and_the_replicate_fastest_wherever_it_stands() =>
        Assert.Equal(
            [
                "flow.levels=2 flow.steps=4 replicate=1",
                "flow.levels=2 flow.steps=4 replicate=2",
                "flow.levels=2 flow.steps=3 replicate=1",
                "flow.levels=2 flow.steps=3 replicate=2",
                "flow.levels=1 flow.steps=4 replicate=1",
                "flow.levels=1 flow.steps=4 replicate=2",
                "flow.levels=1 flow.steps=3 replicate=1",
                "flow.levels=1 flow.steps=3 replicate=2",
            ],
            Trials("parameters: { replicate: [1, 2], flow.levels: [2, 1], flow.steps: { choice: [4, 3] } }")
        );

    [Fact]
    public void A_choice_within_a_choice_exists_only_there() =>
        Assert.Equal(
            [
                "base.distribution=gaussian training.epochs=1",
                "base.distribution=gaussian training.epochs=2",
                "base.alpha=2 base.distribution=dirichlet training.epochs=1",
                "base.alpha=2 base.distribution=dirichlet training.epochs=2",
                "base.distribution=von-mises-fisher base.kappa=1d training.epochs=1",
                "base.distribution=von-mises-fisher base.kappa=1d training.epochs=2",
                "base.distribution=von-mises-fisher base.kappa=7 training.epochs=1",
                "base.distribution=von-mises-fisher base.kappa=7 training.epochs=2",
            ],
            Trials(
                """
                parameters:
                  base:
                    - { distribution: gaussian }
                    - { distribution: dirichlet, alpha: 2.0 }
                    - { distribution: von-mises-fisher, kappa: { choice: [1.0d, 7] } }
                  training.epochs: [1, 2]
                """
            )
        );

    [Fact]
    public void Choices_within_a_choice_keep_the_order_of_the_file() =>
        Assert.Equal(
            ["flow.levels=1 flow.steps=4", "flow.levels=2 flow.steps=4", "flow.levels=1 flow.steps=3", "flow.levels=2 flow.steps=3"],
            Trials("parameters: { trial: [{ flow.steps: [4, 3], flow.levels: [1, 2] }] }")
        );

    [Fact]
    public void Choices_nest_as_deep_as_the_trial() =>
        Assert.Equal(
            [
                "base.distribution=von-mises-fisher base.kappa=1d flow.levels=2 training.epochs=5",
                "base.distribution=von-mises-fisher base.kappa=2d flow.levels=2 training.epochs=5",
                "base.distribution=gaussian flow.levels=2 training.epochs=5",
                "base.distribution=gaussian flow.levels=3 training.epochs=5",
                "base.distribution=gaussian flow.levels=3 training.epochs=9",
            ],
            Trials(
                """
                trial: { training: { epochs: 5 }, base: { distribution: gaussian } }
                parameters:
                  trial:
                    - base: [ { distribution: von-mises-fisher, kappa: [1d, 2d] }, { distribution: gaussian } ]
                    - flow.levels: 3
                      training.epochs: { choice: [5, 9] }
                """
            )
        );

    [Fact]
    public void Trials_that_do_not_choose_a_swept_value_still_say_what_it_is() =>
        Assert.Equal(
            [
                "training.epochs=10 training.learning_rate=0.001",
                "training.epochs=10 training.learning_rate=0.003",
                "training.epochs=20 training.learning_rate=0.001",
            ],
            Trials("parameters: { trial: [{}, { training.learning_rate: 3e-3 }, { training.epochs: 20 }] }")
        );

    [Fact]
    public void Without_parameters_there_is_one_trial() => Assert.Equal([""], Trials(""));

    [Fact]
    public void A_count_that_is_too_large_is_the_largest_there_is()
    {
        var choice = new Choice(ImmutableSortedDictionary<string, string>.Empty, []);
        var thousand = new Parameter("flow.steps", [.. Enumerable.Repeat(choice, 1000)]);
        var spec = SweepFiles.SweepTexts.Parse(SweepFiles.SweepTexts.Head) with
        {
            Space = new SearchSpace([.. Enumerable.Repeat(thousand, 8)]),
        };

        Assert.Equal(long.MaxValue, GridSearch.Count(spec));
        Assert.Equal(1_000_000, GridSearch.Count(spec with { Space = new SearchSpace([thousand, thousand]) }));
    }

    static IEnumerable<string> Trials(string section)
    {
        var spec = SweepFiles.SweepTexts.Parse(SweepFiles.SweepTexts.Head + section);
        var trials = GridSearch
            .Enumerate(spec)
            .Select(trial => string.Join(' ', trial.Select(field => $"{field.Key}={field.Value}")))
            .ToList();
        Assert.Equal(trials.Count, GridSearch.Count(spec));
        return trials;
    }
}
