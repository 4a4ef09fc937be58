using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Sweeps.Tests.Domain;

namespace Orchestrator.Sweeps.Tests.Progress;

public sealed class ParetoFrontSpecs
{
    [Fact]
    public void Nobody_is_on_it_before_an_evaluation() => Assert.Empty(ParetoFront.Of(SweepDomain.WithTrials(2).Sweep).Trials);

    [Theory]
    // Each is the best in one respect, the last in none.
    [InlineData("2 9 9, 3 5 9, 4 6 1, 5 6 2", new[] { 1, 2, 3 })]
    // Equal ones are all there; one as good in two respects and worse in the third is not.
    [InlineData("2 5 5, 2 5 5, 2 5 6", new[] { 1, 2 })]
    // A score that is not finite is none, and paths without a figure are no better than any.
    [InlineData("1 NaN 1, 2 5 NaN, 2 5 8", new[] { 3 })]
    [InlineData("2 5 NaN, 3 4 NaN, 3 5 NaN", new[] { 1, 2 })]
    public void Those_are_on_it_that_no_other_betters_in_every_respect(string points, int[] front)
    {
        var trials = points.Split(", ");
        var domain = SweepDomain.WithTrials(trials.Length + 1);
        foreach (var (index, point) in trials.Index())
        {
            double[] figures =
            [
                .. point.Split(' ').Select(figure => double.Parse(figure, System.Globalization.CultureInfo.InvariantCulture)),
            ];
            var lease = domain.Train();
            domain.Do(new ReportEpoch(lease.Token, 1, SweepDomain.Epoch(1) with { ValidationBitsPerDim = figures[0] }));
            domain.Do(new ReportCheckpoint(lease.Token, 2, SweepDomain.Checkpoint(1, final: true)));
            domain.End(lease, AttemptCause.Done);
            var scores = SweepDomain.Scores with
            {
                Samples = SweepDomain.Scores.Samples with { Fid = figures[1] },
                Interpolation = SweepDomain
                    .Scores.Interpolation.Add("linear", new(10, figures[2] + 1, 0, 0, 0, 0))
                    .Add("slerp", new(10, figures[2] - 1, 0, 0, 0, 0)),
            };
            domain.Do(new EndLease(domain.Evaluate().Token, new AttemptEnd(AttemptCause.Done), scores));
            Assert.Equal(index + 1, lease.Trial);
        }

        Assert.Equal(front, ParetoFront.Of(domain.Sweep).Trials.ToArray());
    }

    /// <summary>A scheme of one base alone tells nothing of the others.</summary>
    [Theory]
    [InlineData("linear 7 slerp 1, linear 6 sphere 8", new[] { 2 }, "linear", new[] { 7.0, 6.0 })]
    [InlineData("linear 7 slerp 1, linear 6 slerp 8", new[] { 1 }, "linear slerp", new[] { 4.0, 7.0 })]
    [InlineData("slerp 1, sphere 8", new[] { 1, 2 }, "", null)]
    public void Interpolations_are_compared_by_the_schemes_that_all_trials_have(string trials, int[] front, string schemes, double[]? fids)
    {
        var domain = SweepDomain.WithTrials(3);
        foreach (var scored in trials.Split(", ").Select(trial => trial.Split(' ').Chunk(2)))
        {
            domain.FinishTraining(domain.Train());
            var scores = SweepDomain.Scores with
            {
                Interpolation = scored.ToImmutableSortedDictionary(
                    one => one[0],
                    one => new InterpolationScores(10, int.Parse(one[1], System.Globalization.CultureInfo.InvariantCulture), 0, 0, 0, 0)
                ),
            };
            domain.Do(new EndLease(domain.Evaluate().Token, new AttemptEnd(AttemptCause.Done), scores));
        }

        var found = ParetoFront.Of(domain.Sweep);
        Assert.Equal(front, found.Trials.ToArray());
        Assert.Equal(schemes, string.Join(' ', found.Schemes));
        Assert.Equal(
            fids?.Select(fid => (double?)fid) ?? [null, null],
            domain.Sweep.Trials.Take(2).Select(trial => found.InterpolationFid(trial))
        );
    }

    [Fact]
    public void It_is_what_comparing_each_with_each_gives()
    {
        var random = new Random(3);
        var points = Enumerable.Range(1, 200).Select(_ => (random.Next(12), random.Next(12), random.Next(12))).ToList();
        var domain = SweepDomain.WithTrials(points.Count);
        foreach (var (bits, fid, path) in points)
        {
            var lease = domain.Train();
            domain.Do(new ReportEpoch(lease.Token, 1, SweepDomain.Epoch(1) with { ValidationBitsPerDim = bits }));
            domain.Do(new ReportCheckpoint(lease.Token, 2, SweepDomain.Checkpoint(1, final: true)));
            domain.End(lease, AttemptCause.Done);
            var scores = SweepDomain.Scores with
            {
                Samples = SweepDomain.Scores.Samples with { Fid = fid },
                Interpolation = SweepDomain.Scores.Interpolation.Add("linear", new(10, path, 0, 0, 0, 0)),
            };
            domain.Do(new EndLease(domain.Evaluate().Token, new AttemptEnd(AttemptCause.Done), scores));
        }

        var expected = points
            .Index()
            .Where(one => !points.Exists(other => other != one.Item && IsAtLeastAsGood(other, one.Item)))
            .Select(one => one.Index + 1);
        Assert.Equal(expected, ParetoFront.Of(domain.Sweep).Trials.ToList());

        static bool IsAtLeastAsGood((int, int, int) a, (int, int, int) b) => a.Item1 <= b.Item1 && a.Item2 <= b.Item2 && a.Item3 <= b.Item3;
    }
}
