namespace Orchestrator.Evaluation.Tests;

public sealed class EvaluationRehearsalSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void It_comes_as_far_as_an_evaluation_does()
    {
        var scores = EvaluationRehearsal.Evaluate(folder.Path);
        Assert.NotNull(scores);
        Assert.True(double.IsFinite(scores.Samples.Fid));
        Assert.Contains("slerp", scores.Interpolation.Keys);
        Assert.NotEmpty(scores.Sheets);
    }
}
