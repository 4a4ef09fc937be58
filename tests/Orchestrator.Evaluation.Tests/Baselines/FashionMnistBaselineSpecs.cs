using Orchestrator.Evaluation.Baselines;
using Orchestrator.Training.Data;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Baselines;

public sealed class FashionMnistBaselineSpecs
{
    /// <summary>On the real images: the figure that every base distribution is held against.</summary>
    [Fact]
    public void The_factorised_histogram_of_fashion_mnist_is_the_known_one()
    {
        var catalogue = new DatasetCatalogue(root: "");
        var status = catalogue.List().Single(dataset => dataset.Name == "fashion-mnist");
        if (status.Found is null && Environment.GetEnvironmentVariable("CI") != "true")
            Assert.Skip($"fashion-mnist is not on this machine. {status.HowToGet}");
        var dataset = catalogue.Load("fashion-mnist");
        Assert.Equal((55_000, 5_000, 10_000), (dataset.Train.Count, dataset.Validation.Count, dataset.Test.Count));

        using var scope = NewDisposeScope();
        using var train = new ImageTensors(dataset.Train, CPU);
        using var test = new ImageTensors(dataset.Test, CPU);
        Near.To(4.588, FactorisedHistogram.BitsPerDim(train.Range(0, train.Count), test.Range(0, test.Count), dataset.Levels), 1e-3);
    }
}
