using System.Globalization;
using CsCheck;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tests.SweepFiles;

namespace Orchestrator.Sweeps.Tests.Search;

/// <summary>Of a sweep over one number: configuration n has the number n, and is known by it.</summary>
public sealed class SearchHistorySpecs
{
    static readonly SweepSpec Spec = SweepTexts.Parse(
        SweepTexts.Head + "search: { algorithm: tpe, trials: 10 }\nparameters: { training.warmup_epochs: { uniform: [0, 10000] } }"
    );

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(64, 7)]
    [InlineData(250, 25)]
    [InlineData(400, 25)]
    public void The_good_ones_are_the_best_tenth_but_at_most_25(int count, int good)
    {
        // The better, the later.
        var history = Enumerable
            .Range(1, count)
            .Aggregate(SearchHistory.Of(Spec), (all, number) => Added(all, number).Ended(number, -number));

        Assert.Equal(Enumerable.Range(count - good + 1, good), Good(history));
        Assert.Equal(Enumerable.Range(1, count - good), Bad(history));
    }

    [Fact]
    public void What_was_completed_is_before_what_was_given_up_and_that_by_how_far_it_came()
    {
        var history = Enumerable.Range(1, 40).Aggregate(SearchHistory.Of(Spec), (all, number) => Added(all, number));
        history = history.Ended(7, 3.0).Ended(3, 9.0).Ended(5, 0.5, pruned: 9).Ended(6, 0.1, pruned: 3).Ended(8, 0.4, pruned: 9);
        history = Enumerable.Range(10, 25).Aggregate(history, (all, number) => all.Ended(number, 0.01, pruned: 1));

        Assert.Equal([3, 7, 8], Good(history));
        history = history.Ended(35, 99).Ended(36, 0.02, pruned: 1);
        Assert.Equal([3, 7, 8, 35], Good(history));
    }

    [Fact]
    public void What_goes_on_from_a_rung_counts_once_however_often_it_has_a_value()
    {
        // Of 1,000 configurations that were given up after an epoch one goes on that is among the newest, one of the best, and one that is
        // neither.
        var history = Enumerable
            .Range(1, 1000)
            .Aggregate(SearchHistory.Of(Spec), (all, number) => Added(all, number).Ended(number, number, pruned: 1));
        foreach (var (number, epochs) in new[] { (990, 3), (5, 3), (400, 3), (400, 9), (400, 27) })
        {
            history = Added(history, number);
            Assert.Equal(999, history.Observed);
            Assert.DoesNotContain(number, Good(history));
            history = history.Ended(number, 1, pruned: epochs);
        }

        Assert.Equal(1000, history.Observed);
        Assert.Equal([.. Enumerable.Range(1, 23), 400, 990], Good(history));
        Assert.Equal([24, 25], Good(Added(Added(history, 5), 990)).Except(Good(history)));
    }

    [Fact]
    public void What_runs_is_bad_and_what_was_stopped_is_nothing()
    {
        var history = Enumerable.Range(1, 4).Aggregate(SearchHistory.Of(Spec), Added).Ended(2, 1);

        Assert.Equal([2], Good(history));
        Assert.Equal([1, 3, 4], Bad(history));
        Assert.Equal([1, 4], Bad(history.Removed(3)));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void What_failed_or_diverged_is_bad_and_counts_for_nothing_else(double value)
    {
        var history = Enumerable.Range(1, 12).Aggregate(SearchHistory.Of(Spec), (all, number) => Added(all, number).Ended(number, value));

        Assert.Equal((0, 12), (history.Observed, Bad(history).Count));
        Assert.Empty(Good(history));
        history = Added(history, 5).Ended(5, 1);
        Assert.Equal((1, 11), (history.Observed, Bad(history).Count));
        Assert.Equal([5], Good(history));
    }

    [Fact]
    public void Of_a_long_sweep_it_keeps_the_best_and_the_newest()
    {
        var history = Enumerable
            .Range(1, 5000)
            .Aggregate(SearchHistory.Of(Spec), (all, number) => Added(all, number).Ended(number, number));

        Assert.Equal(Enumerable.Range(1, 25), Good(history));
        Assert.Equal(Enumerable.Range(5001 - SearchHistory.Newest, SearchHistory.Newest), Bad(history));
        Assert.Equal(5000, history.Observed);
    }

    [Fact]
    public void In_which_order_values_come_changes_nothing() =>
        Gen.Select(Gen.Double[0, 1].Array[30, 900], Gen.Int[0, 1000])
            .Sample(
                (values, seed) =>
                {
                    var added = Enumerable.Range(1, values.Length).Aggregate(SearchHistory.Of(Spec), Added);
                    SearchHistory Ended(IEnumerable<int> order) =>
                        order.Aggregate(added, (all, number) => all.Ended(number, values[number - 1]));
                    var shuffled = Enumerable.Range(1, values.Length).OrderBy(number => Seed.Derive(seed, "order", number));
                    var (one, other) = (Ended(Enumerable.Range(1, values.Length)), Ended(shuffled));

                    Assert.Equal(Good(one), Good(other));
                    Assert.Equal(Bad(one), Bad(other));
                },
                iter: 20
            );

    [Fact]
    public void Trials_of_other_sweeps_are_observations_older_than_the_own()
    {
        var prior = Enumerable
            .Range(1, 20)
            .Select(i => new PriorObservation(TrialSettings.Default.With(("training.warmup_epochs", Number(i + 100))).Values, i))
            .ToList();
        var history = Added(SearchHistory.Of(Spec).WithPrior(prior), 1).Ended(1, 1.5);

        Assert.Equal((21, 1), (history.Observed, history.Last));
        Assert.Equal([101, 102, 1], Good(history));
        Assert.Equal(Enumerable.Range(103, 18), Bad(history));
    }

    [Fact]
    public void A_configuration_ends_once_and_only_where_it_was_added()
    {
        var history = Added(SearchHistory.Of(Spec), 1).Ended(1, 1);

        Assert.Throws<ArgumentException>(() => history.Ended(1, 1));
        Assert.Throws<ArgumentException>(() => history.Ended(2, 1));
    }

    static SearchHistory Added(SearchHistory history, int number) =>
        history.Added(number, history.Dimensions.Assignment([number / 10_000.0]));

    static List<int> Good(SearchHistory history) => Numbers(history.Split().Good);

    static List<int> Bad(SearchHistory history) => Numbers(history.Split().Bad);

    static List<int> Numbers(IEnumerable<double?[]> points) => [.. points.Select(point => (int)Math.Round(point[0]!.Value * 10_000))];

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
