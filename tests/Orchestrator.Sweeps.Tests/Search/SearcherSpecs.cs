using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tests.SweepFiles;

namespace Orchestrator.Sweeps.Tests.Search;

public sealed class SearcherSpecs
{
    [Fact]
    public void What_is_drawn_is_new_each_time_and_follows_from_the_history_alone() =>
        SweepFileGen.Searched.Sample(
            text =>
            {
                var spec = SweepTexts.Parse(text);
                var (history, told) = (SearchHistory.Of(spec), new List<Suggestion>());
                while (told.Count < 15 && Next(history) is { } suggestion)
                {
                    // The same from another instance, to which all was told in another order.
                    var again = Next(
                        Enumerable.Range(1, told.Count).Reverse().Aggregate(Added(told), (all, number) => all.Ended(number, number % 5))
                    );
                    Assert.Equal((suggestion.Point, Key(suggestion)), (again!.Point, Key(again)));
                    Assert.True(suggestion.Point >= Unused());
                    told.Add(suggestion);
                    history = history.Added(told.Count, suggestion.Assignment).Ended(told.Count, told.Count % 5);
                }

                Assert.Equal(told.Count, told.Select(Key).Distinct().Count());

                Suggestion? Next(SearchHistory of) => Searcher.Next(spec, of, Unused());
                SearchHistory Added(List<Suggestion> suggestions) =>
                    suggestions.Index().Aggregate(SearchHistory.Of(spec), (all, one) => all.Added(one.Index + 1, one.Item.Assignment));
                int Unused() => told.Count == 0 ? 0 : told[^1].Point + 1;
            },
            iter: 30
        );

    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("tpe")]
    public void A_finite_space_is_used_up_to_the_last_configuration(string algorithm)
    {
        var spec = Spec(algorithm, "flow.steps: { int_uniform: [1, 6] }\n  flow.coupling: [affine, spline]\n  replicate: [1, 2]");
        var (history, point, number) = (SearchHistory.Of(spec), 0, 0);
        while (number < 20 && Searcher.Next(spec, history, point) is { } suggestion)
        {
            (point, number) = (suggestion.Point + 1, number + 1);
            history = history.Added(number, suggestion.Assignment).Ended(number, number);
        }

        Assert.Equal(12, number);
    }

    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("tpe")]
    public void What_is_not_allowed_is_left_out_and_its_point_used_up(string algorithm)
    {
        var spec = Spec(algorithm, "flow.steps: { int_uniform: [1, 8] }\n  flow.hidden: { log_int_uniform: [16, 512] }") with
        {
            Where = ["flow.steps * flow.hidden <= 200"],
        };
        var history = SearchHistory.Of(spec);
        bool IsAllowed(ImmutableSortedDictionary<string, string> parameters) =>
            int.Parse(parameters["flow.steps"]) * int.Parse(parameters["flow.hidden"]) <= 200;

        var first = Searcher.Next(spec, history, 0)!;
        var second = Searcher.Next(spec, history, first.Point + 1)!;

        Assert.True(IsAllowed(first.Assignment) && IsAllowed(second.Assignment));
        Assert.True(second.Point > first.Point);
        Assert.Null(Searcher.Next(spec with { Where = ["flow.steps > 8"] }, history, 0));
    }

    [Fact]
    public void A_search_of_random_or_sobol_points_does_not_look_at_values()
    {
        foreach (var algorithm in new[] { "random", "sobol" })
        {
            var spec = Spec(algorithm, "training.ema: { uniform: [0, 0.5] }");
            var first = Searcher.Next(spec, SearchHistory.Of(spec), 0)!;
            var history = SearchHistory.Of(spec).Added(1, first.Assignment);

            Assert.Equal(Key(Searcher.Next(spec, history, 1)!), Key(Searcher.Next(spec, history.Ended(1, 3), 1)!));
        }
    }

    [Fact]
    public void A_tpe_search_begins_as_it_is_told_until_enough_have_a_value()
    {
        const string parameters = "training.ema: { uniform: [0, 0.5] }";
        var spec = Spec("tpe", parameters);
        foreach (var start in new[] { "random", "sobol" })
        {
            var (other, history, began) = (Spec(start, parameters), SearchHistory.Of(spec), 0);
            var begins = spec with { Search = spec.Search with { Start = start, StartTrials = 5 } };
            for (var point = 0; point < 20; point++)
            {
                var suggestion = Searcher.Next(begins, history, point)!;
                if (Key(suggestion) == Key(Searcher.Next(other, SearchHistory.Of(other), point)!))
                    began++;
                history = history.Added(point + 1, suggestion.Assignment).Ended(point + 1, point == 2 ? double.NaN : point);
            }

            // Five with a value and the one that diverged.
            Assert.Equal(6, began);
        }
    }

    [Fact]
    public void With_enough_trials_of_other_sweeps_it_begins_where_those_were_good()
    {
        var spec = Spec("tpe", "training.ema: { uniform: [0, 0.5] }");
        var prior = Enumerable
            .Range(1, 49)
            .Select(i => new PriorObservation(TrialSettings.Default.With(("training.ema", $"0.{i:D2}")).Values, Math.Abs(i - 40.0)))
            .ToList();
        var history = SearchHistory.Of(spec).WithPrior(prior);

        var drawn = Enumerable
            .Range(0, 20)
            .Select(point => Searcher.Next(spec, history, point)!)
            .Select(suggestion => double.Parse(suggestion.Assignment["training.ema"], CultureInfo.InvariantCulture));

        Assert.All(drawn, ema => Assert.InRange(ema, 0.3, 0.5));
    }

    [Fact]
    public void Another_seed_draws_others()
    {
        foreach (var algorithm in new[] { "random", "sobol" })
        {
            var spec = Spec(algorithm, "training.ema: { uniform: [0, 0.5] }");
            var other = spec with { Seed = 1 };
            Assert.NotEqual(Key(Searcher.Next(spec, SearchHistory.Of(spec), 0)!), Key(Searcher.Next(other, SearchHistory.Of(other), 0)!));
        }
    }

    static string Key(Suggestion suggestion) => string.Join(' ', suggestion.Assignment);

    static SweepSpec Spec(string algorithm, string parameters) =>
        SweepTexts.Parse(SweepTexts.Head + $"search: {{ algorithm: {algorithm}, trials: 10 }}\nparameters:\n  {parameters}\n");
}
