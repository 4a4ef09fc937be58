namespace Orchestrator.Training.Data;

/// <summary>Published data sets have a test split and no validation split: that is the last twelfth of a fixed permutation of the official
/// training images.</summary>
static class TrainingSplit
{
    const int Twelfth = 12;

    /// <exception cref="DatasetException">There are too few training images.</exception>
    public static ImageDataset Of(string name, string folder, int levels, int classes, ImageSplit official, ImageSplit test)
    {
        var validation = official.Count / Twelfth;
        if (validation == 0)
            throw new DatasetException($"{folder}: {official.Count} training images; at least {Twelfth} are needed for a validation split");
        var order = Permutation.ForSplits(official.Count);
        return new ImageDataset(
            name,
            levels,
            classes,
            official.Select(order.AsSpan(..^validation)),
            official.Select(order.AsSpan(^validation..)),
            test
        );
    }
}
