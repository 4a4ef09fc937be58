using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>What a trial keeps in little room reads as it was told.</summary>
public sealed class TrialStateSpecs
{
    const string Hash = "00a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f";

    [Theory]
    [InlineData("/data/sweeps/s/trials/0017/attempt-1/checkpoints/0000000300", Hash)]
    [InlineData("/0017/sweeps/0017/trials/0017/attempt-12/checkpoints/0000000300", Hash)]
    [InlineData("s3://flows/prefix/s/trials/0017/attempt-1/checkpoints/0000000300", Hash)]
    [InlineData("/data/sweeps/s/trials/0018/attempt-1/checkpoints/0000000301", Hash)]
    [InlineData("/moved/by/hand", "0017")]
    [InlineData("0000000300", "")]
    [InlineData("", "00A1B2C3D4E5F60718293A4B5C6D7E8F90A1B2C3D4E5F60718293A4B5C6D7E8F")]
    [InlineData("/0017/0000000300", "no hexadecimal number at all, but as long as the text of a hash")]
    public void A_checkpoint(string path, string sha256)
    {
        var checkpoint = new CheckpointInfo(path, sha256, 3, 300, Final: true, 1 << 20);
        Assert.Equal(checkpoint, (new TrialState(17, SomeParameters) { Checkpoint = checkpoint }).Checkpoint);
    }

    [Fact]
    public void A_checkpoint_of_each_step_and_trial_has_its_own_path()
    {
        foreach (var trial in new[] { 1, 2, 10_000, 123_456 })
        foreach (var step in new[] { 1L, 20, 10_000_000_000 })
        {
            var path = $"/data/trials/{TrialId.Of(trial)}/attempt-1/checkpoints/{step:D10}";
            var checkpoint = new CheckpointInfo(path, Hash, 1, step, Final: false, 1);
            Assert.Equal(checkpoint, (new TrialState(trial, SomeParameters) { Checkpoint = checkpoint }).Checkpoint);
        }
    }

    [Fact]
    public void Its_parameters()
    {
        var trial = new TrialState(1, SomeParameters);
        Assert.Equal(SomeParameters, trial.Parameters);
        Assert.Equal(("8", null), (trial.Parameter("flow.steps"), trial.Parameter("flow")));
    }

    [Fact]
    public void Its_scores()
    {
        var paths = new InterpolationScores(16, 17, 18, 19, 20, double.NaN);
        var scores = new EvaluationScores(
            new BitsPerDimScore(1, 2, 3, 4),
            new FeatureInfo("net", Hash, "layer", 5),
            new SampleScores(6, 7, 8, 9, 10, 10.5),
            ImmutableSortedDictionary<string, InterpolationScores>.Empty.Add("linear", paths).Add("slerp", paths with { N = 21, Fid = 22 }),
            11,
            new BaselineScores(12, 13),
            ["a.png", "b.png"],
            14
        );
        var read = (new TrialState(1, SomeParameters) { Scores = scores }).Scores!;
        Assert.Equivalent(scores, read, strict: true);
        var none = scores with { Interpolation = scores.Interpolation.Clear(), Sheets = [] };
        Assert.Equivalent(none, (new TrialState(1, SomeParameters) { Scores = none }).Scores, strict: true);
    }

    [Fact]
    public void What_it_has_not() =>
        Assert.Equal((null, null), (new TrialState(1, SomeParameters).Checkpoint, new TrialState(1, SomeParameters).Scores));

    static ImmutableSortedDictionary<string, string> SomeParameters { get; } =
        ImmutableSortedDictionary<string, string>.Empty.Add("flow.steps", "8").Add("base.distribution", "gaussian").Add("replicate", "1");
}
