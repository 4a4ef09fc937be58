using Orchestrator.Flows.Transforms;
using Orchestrator.Training.Data;

namespace Orchestrator.Training.Tests.Data;

public sealed class SplitSpecs
{
    static ImageDataset Digits() => new DatasetCatalogue("nowhere").Load("digits");

    [Fact]
    public void The_digits_and_their_splits_never_change() =>
        Assert.Equal("0828947cfb37fe85b0292baedfd5eb524e2d3318b8d9e4b6137ddb7f56b01bdd", Digits().Sha256);

    [Fact]
    public void Digits_are_1257_180_and_360_images_of_8_by_8_with_17_levels()
    {
        var digits = Digits();
        Assert.Equal((1257, 180, 360), (digits.Train.Count, digits.Validation.Count, digits.Test.Count));
        Assert.Equal((new ImageShape(1, 8, 8), 17, 10), (digits.Shape, digits.Levels, digits.Classes));
        Assert.Equal(16, digits.Train.Pixels.Max());
    }

    [Fact]
    public void Every_digit_is_in_exactly_one_split()
    {
        var digits = Digits();
        var all = new[] { digits.Train, digits.Validation, digits.Test }.SelectMany(split =>
            Enumerable.Range(0, split.Count).Select(i => Convert.ToHexString(split.Image(i)) + split.Labels[i])
        );
        Assert.Equal(1797, all.Distinct().Count());
    }

    [Fact]
    public void Every_split_of_the_digits_holds_all_classes_in_equal_share()
    {
        var digits = Digits();
        foreach (var split in new[] { digits.Train, digits.Validation, digits.Test })
            Assert.All(split.Labels.CountBy(l => l), share => Assert.InRange(share.Value / (double)split.Count, 0.09, 0.11));
    }

    [Fact]
    public void A_permutation_holds_every_number_once_and_depends_on_its_seed_alone()
    {
        Assert.Equal(Enumerable.Range(0, 1000), Permutation.Of(1000, 7).Order());
        Assert.Equal(Permutation.Of(1000, 7), Permutation.Of(1000, 7));
        Assert.NotEqual(Permutation.Of(1000, 7), Permutation.Of(1000, 8));
        Assert.Equal([5, 4, 0, 9, 6, 1, 2, 7], Permutation.Of(10, 3).Take(8));
    }

    [Fact]
    public void An_idx_set_gives_a_twelfth_of_its_training_images_to_validation()
    {
        using var folder = new TemporaryFolder();
        IdxSample.Write(folder.Path, train: 120, test: 5, gzip: false);
        var set = new DatasetCatalogue("nowhere").Load("idx:" + folder.Path);
        Assert.Equal((110, 10, 5, 256, 3), (set.Train.Count, set.Validation.Count, set.Test.Count, set.Levels, set.Classes));
        Assert.Equal("7c482cc2629156676394b7a38ce6983d13a1b8c6535bfea7ed7afb7cb7843d27", set.Sha256);
    }
}
