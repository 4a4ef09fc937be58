using CsCheck;
using Orchestrator.Sweeps.Scheduling;

namespace Orchestrator.Sweeps.Tests.Scheduling;

/// <summary>A rung answers what one would count by hand.</summary>
public sealed class RungSpecs
{
    static readonly Gen<double[]> Values = Gen.OneOf(Gen.Double[0, 1], Gen.Const(double.PositiveInfinity), Gen.Const(0.5)).Array[1, 40];

    [Fact]
    public void Who_has_just_arrived_goes_on_if_it_is_among_the_best_of_those_there() =>
        Gen.Select(Values, Gen.Int[2, 5], Gen.Int[1, 6])
            .Sample(
                (values, reduction, population) =>
                {
                    var (rung, seen) = (Rung.Empty, new List<RungEntry>());
                    foreach (var (index, value) in values.Index())
                    {
                        var entry = new RungEntry(value, index + 1);
                        seen.Add(entry);
                        rung = rung.Add(entry, waits: false);
                        var rank = seen.Count(other => (other.Value, other.Configuration).CompareTo((value, index + 1)) < 0);
                        Assert.Equal(
                            seen.Count < population || rank < Math.Max(seen.Count / reduction, 1),
                            rung.GoesOn(entry, reduction, population)
                        );
                    }
                }
            );

    [Fact]
    public void Never_are_more_promoted_than_the_reduction_allows_and_no_failed_one() =>
        Gen.Select(Values, Gen.Int[2, 5])
            .Sample(
                (values, reduction) =>
                {
                    var (rung, promoted) = (Rung.Empty, new List<RungEntry>());
                    foreach (var (index, value) in values.Index())
                    {
                        rung = rung.Add(new RungEntry(value, index + 1), waits: double.IsFinite(value));
                        while (rung.Promotable(reduction, 1) is { } entry)
                        {
                            rung = rung.Promote(entry);
                            promoted.Add(entry);
                        }
                    }

                    Assert.DoesNotContain(promoted, entry => double.IsInfinity(entry.Value));
                    Assert.Equal(promoted.Distinct().Count(), promoted.Count);
                    Assert.Equal(promoted.Count, rung.Promoted);
                    // At the end the best of all there are among them.
                    var best = rung.Entries.Take(values.Length / reduction).Where(entry => double.IsFinite(entry.Value));
                    Assert.Subset(promoted.ToHashSet(), best.ToHashSet());
                }
            );

    [Fact]
    public void What_errors_do_not_tell_apart_is_decided_by_the_second_value()
    {
        RungEntry first = new(1.0, 1, 0.3, 5),
            close = new(1.2, 2, 0.3, 4),
            far = new(3.0, 3, 0.3, 3);
        Assert.Equal(close, Rung.Empty.Add(first, true).Add(close, true).Promotable(2, 1));
        Assert.Equal(first, Rung.Empty.Add(first, true).Add(far, true).Promotable(2, 1));
        Assert.Equal(first, Rung.Empty.Add(first, true).Add(close with { SecondValue = 6 }, true).Promotable(2, 1));
        Assert.Equal(first, Rung.Empty.Add(first, true).Add(close, false).Promotable(2, 1));
    }

    [Fact]
    public void The_median_is_of_the_others() =>
        Values.Sample(values =>
        {
            var rung = values.Index().Aggregate(Rung.Empty, (before, one) => before.Add(new RungEntry(one.Item, one.Index + 1), false));
            var own = new RungEntry(values[0], 1);
            var others = values.Skip(1).Order().ToArray();
            var isBelow = others.Length >= 3 && 0.6 > (others[(others.Length - 1) / 2] + others[others.Length / 2]) / 2;
            Assert.Equal(isBelow, rung.IsBelowMedian(own, 0.6, 3));
        });
}
