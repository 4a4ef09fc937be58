using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tests.Specs;

public sealed class FootprintSpecs
{
    static readonly TrialSettings Settings = TrialSettings.Default;

    [Theory]
    [InlineData("flow.architecture", "realnvp")]
    [InlineData("flow.levels", "3")]
    [InlineData("flow.steps", "9")]
    [InlineData("flow.hidden", "65")]
    [InlineData("flow.coupling", "spline")]
    [InlineData("flow.mixing", "permutation")]
    [InlineData("base.distribution", "dirichlet")]
    [InlineData("training.batch_size", "64")]
    [InlineData("training.accumulate", "2")]
    [InlineData("training.precision", "tf32")]
    [InlineData("training.precision", "bfloat16")]
    [InlineData("training.recompute", "true")]
    public void The_flow_and_what_goes_through_it_at_once_decide(string path, string text) =>
        Assert.NotEqual(Footprint.Of(Settings), Footprint.Of(Settings.With((path, text))));

    [Theory]
    [InlineData("training.epochs", "20")]
    [InlineData("training.learning_rate", "0.01")]
    [InlineData("training.ema", "0")]
    [InlineData("training.optimizer", "adamw")]
    [InlineData("training.schedule", "cosine")]
    public void How_it_learns_does_not(string path, string text) =>
        Assert.Equal(Footprint.Of(Settings), Footprint.Of(Settings.With((path, text))));
}
