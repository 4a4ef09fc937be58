using Orchestrator.Flows.Transforms;

namespace Orchestrator.Training.Data;

/// <summary>A folder with the four files of a data set in MNIST's form, each plain or <c>.gz</c>.</summary>
static class IdxFolder
{
    public const string TrainImages = "train-images-idx3-ubyte";
    public const string TrainLabels = "train-labels-idx1-ubyte";
    public const string TestImages = "t10k-images-idx3-ubyte";
    public const string TestLabels = "t10k-labels-idx1-ubyte";

    const int Levels = 256;

    public static IEnumerable<string> Missing(string folder) =>
        new[] { TrainImages, TrainLabels, TestImages, TestLabels }.Where(name => Find(folder, name) is null);

    public static ImageDataset Load(string name, string folder)
    {
        if (Missing(folder).FirstOrDefault() is { } missing)
            throw new DatasetException(
                $"{folder}: no file {missing} or {missing}.gz; an IDX data set needs {TrainImages}, {TrainLabels}, {TestImages} and "
                    + $"{TestLabels}"
            );

        var official = Read(folder, TrainImages, TrainLabels);
        var test = Read(folder, TestImages, TestLabels);
        if (test.Shape != official.Shape)
            throw new DatasetException($"{folder}: {TrainImages} holds images of {official.Shape}, {TestImages} of {test.Shape}");

        return TrainingSplit.Of(name, folder, Levels, official.Labels.Concat(test.Labels).Max() + 1, official, test);
    }

    static ImageSplit Read(string folder, string imagesName, string labelsName)
    {
        var images = IdxFile.Read(Find(folder, imagesName)!, rank: 3);
        var labels = IdxFile.Read(Find(folder, labelsName)!, rank: 1);
        return images.Sizes[0] == labels.Sizes[0]
            ? new ImageSplit(new ImageShape(1, images.Sizes[1], images.Sizes[2]), images.Values, labels.Values)
            : throw new DatasetException($"{folder}: {imagesName} holds {images.Sizes[0]} images, {labelsName} {labels.Sizes[0]} labels");
    }

    static string? Find(string folder, string name)
    {
        var plain = Path.Combine(folder, name);
        return File.Exists(plain) ? plain
            : File.Exists(plain + ".gz") ? plain + ".gz"
            : null;
    }
}
