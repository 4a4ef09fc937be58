using Orchestrator.Evaluation.Scoring;
using Orchestrator.Flows.Transforms;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Data;

namespace Orchestrator.Evaluation.Tests.Scoring;

public sealed class EvaluationDataSpecs
{
    [Theory]
    [InlineData(new byte[] { 0, 1, 2 }, "data set few: 3 test images; an evaluation needs at least 4")]
    [InlineData(
        new byte[] { 0, 1, 2, 3, 4 },
        "data set few: each of its 5 test images has another label; an evaluation needs two of one class"
    )]
    [InlineData(new byte[] { 0, 1, 2, 2 }, null)]
    public void A_test_split_that_no_evaluation_can_use_is_told(byte[] labels, string? fault)
    {
        var split = new ImageSplit(new ImageShape(1, 2, 2), new byte[4 * labels.Length], labels);

        Assert.Equal(fault, EvaluationData.Fault(new ImageDataset("few", 256, 5, split, split, split)));
    }

    [Fact]
    public void Weights_that_are_none_are_told_where_they_would_be_used()
    {
        using var folder = new TemporaryFolder();
        var spec = new EvaluationSpec("auto", 4, new KidSpec(1, 4), new InterpolationSpec(4, 3, ["auto"]));
        Directory.CreateDirectory(folder.At("features"));
        Assert.Null(EvaluationData.WeightsFault(spec, folder.At("features")));
        File.WriteAllText(folder.At("features", "inception.pth"), "no weights");
        Assert.Contains("inception.pth", EvaluationData.WeightsFault(spec, folder.At("features")), StringComparison.Ordinal);
        Assert.Null(EvaluationData.WeightsFault(spec with { Features = "domain" }, folder.At("features")));
    }
}
