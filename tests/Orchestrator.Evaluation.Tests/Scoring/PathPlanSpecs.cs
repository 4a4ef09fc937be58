using CsCheck;
using Orchestrator.Evaluation.Scoring;

namespace Orchestrator.Evaluation.Tests.Scoring;

public sealed class PathPlanSpecs
{
    static readonly Gen<(int Images, int Pairs, int Points, int Most, long Seed)> Sizes = Gen.Select(
        Gen.Int[2, 50],
        Gen.Int[1, 60],
        Gen.Int[3, 12],
        Gen.Int[1, 400],
        Gen.Long[0, 1000]
    );

    [Fact]
    public void Every_path_joins_two_images() =>
        Sizes.Sample(size =>
        {
            var plan = PathPlan.Draw(size.Images, size.Pairs, size.Points, size.Most, size.Seed);
            Assert.Equal((size.Pairs, size.Pairs), (plan.First.Length, plan.Second.Length));
            Assert.All(plan.First.Concat(plan.Second), image => Assert.InRange(image, 0, size.Images - 1));
            Assert.All(plan.First.Zip(plan.Second), ends => Assert.NotEqual(ends.First, ends.Second));
        });

    [Fact]
    public void No_point_is_scored_twice_and_no_end_at_all() =>
        Sizes.Sample(size =>
        {
            var plan = PathPlan.Draw(size.Images, size.Pairs, size.Points, size.Most, size.Seed);
            var points = plan.Points.SelectMany(point => point.Paths.Select(path => (point.Lambda, path))).ToList();
            Assert.Equal(Math.Min(size.Most, size.Pairs * (size.Points - 2)), plan.N);
            Assert.Equal(points.Count, points.Distinct().Count());
            Assert.All(plan.Points, point => Assert.InRange(point.Lambda, 0.9 / (size.Points - 1), 1 - 0.9 / (size.Points - 1)));
        });

    [Fact]
    public void Where_not_all_are_scored_paths_and_positions_take_turns()
    {
        var plan = PathPlan.Draw(images: 360, pairs: 1000, points: 9, most: 360, seed: 1);
        Assert.Equal(360, plan.Points.SelectMany(point => point.Paths).Distinct().Count());
        Assert.Equal([1 / 8.0, 2 / 8.0, 3 / 8.0, 4 / 8.0, 5 / 8.0, 6 / 8.0, 7 / 8.0], plan.Points.Select(point => point.Lambda));
        Assert.All(plan.Points, point => Assert.InRange(point.Paths.Length, 51, 52));
    }

    [Fact]
    public void The_seed_decides_the_pairs()
    {
        var plan = PathPlan.Draw(100, 50, 9, 100, seed: 1);
        Assert.Equal(plan.First, PathPlan.Draw(100, 50, 9, 100, seed: 1).First);
        Assert.NotEqual(plan.First, PathPlan.Draw(100, 50, 9, 100, seed: 2).First);
        Assert.InRange(plan.First.Distinct().Count(), 30, 50);
    }

    [Fact]
    public void Paths_within_classes_join_two_images_of_one_label()
    {
        byte[] labels = [.. Enumerable.Range(0, 300).Select(image => (byte)(image == 17 ? 9 : image % 3))];
        var plan = PathPlan.DrawWithinClass(labels, pairs: 200, points: 5, most: 300, seed: 1);
        Assert.All(
            plan.First.Zip(plan.Second),
            pair => Assert.True(labels[pair.First] == labels[pair.Second] && pair.First != pair.Second && pair.First != 17)
        );
        Assert.Equal(300, plan.N);
        Assert.True(plan.First.Select(image => labels[image]).Distinct().Count() == 3 && plan.Second.Distinct().Count() > 100);
    }
}
