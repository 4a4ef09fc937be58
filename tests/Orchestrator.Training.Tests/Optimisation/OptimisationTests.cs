using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Optimisation;
using static TorchSharp.torch;

namespace Orchestrator.Training.Tests.Optimisation;

public sealed class OptimisationTests
{
    [Fact]
    public void Adam_walks_as_libtorchs_does()
    {
        using var scope = NewDisposeScope();
        var start = randn(50, generator: new Generator(1));
        var theirs = new TorchSharp.Modules.Parameter(start.clone());
        var ours = start.clone();
        using var reference = optim.Adam([theirs], lr: 0.01);
        using var adam = new Orchestrator.Training.Optimisation.Adam(ours);
        for (var step = 1; step <= 30; step++)
        {
            var gradient = randn(50, generator: new Generator((ulong)step)) * step;
            theirs.grad = gradient;
            reference.step();
            adam.Step(gradient, 0.01, step);
        }

        Assert.NotEqual(start.data<float>(), ours.data<float>());
        Assert.True((theirs - ours).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void The_average_moves_towards_the_weights_by_its_decay()
    {
        using var scope = NewDisposeScope();
        var weights = zeros(1);
        using var average = new WeightAverage(weights, decay: 0.99);
        weights.fill_(1);
        average.Step(1);
        Assert.Equal(1 - 2.0 / 11, average.Values.item<float>(), 1e-6);
        average.Step(10_000);
        Assert.Equal(1 - 0.99 * 2.0 / 11, average.Values.item<float>(), 1e-6);
    }

    [Fact]
    public void No_decay_makes_the_average_the_weights_themselves()
    {
        using var scope = NewDisposeScope();
        var weights = zeros(3);
        using var average = new WeightAverage(weights, decay: 0);
        weights.copy_(tensor(new[] { 0.1f, 0.2f, 0.3f }));
        average.Step(1);
        Assert.Equal(weights.data<float>(), average.Values.data<float>());
    }

    [Fact]
    public void The_average_takes_the_weights_place_for_a_while()
    {
        using var scope = NewDisposeScope();
        var weights = zeros(1);
        using var average = new WeightAverage(weights, decay: 0.5);
        weights.fill_(4);
        using (average.InPlaceOfWeights())
            Assert.Equal(0, weights.item<float>());
        Assert.Equal(4, weights.item<float>());
    }

    [Theory]
    [InlineData(1, 0.1 / 20)]
    [InlineData(10, 0.05)]
    [InlineData(20, 0.1)]
    [InlineData(21, 0.1)]
    [InlineData(1_000_000, 0.1)]
    public void The_learning_rate_rises_linearly_over_the_warm_up(long step, double expected) =>
        Assert.Equal(expected, LearningRate.At(step, Training(warmupEpochs: 2), stepsPerEpoch: 10), 1e-12);

    [Fact]
    public void Without_warm_up_the_first_step_is_whole() =>
        Assert.Equal(0.1, LearningRate.At(1, Training(warmupEpochs: 0), stepsPerEpoch: 10));

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(2, 1)]
    [InlineData(8, 0.25)]
    public void A_gradient_above_the_limit_is_brought_down_to_it(double norm, double factor) =>
        Assert.Equal(factor, GradientClip.Factor(norm, limit: 2));

    static TrainingSpec Training(double warmupEpochs) => new(5, 64, 0.1, warmupEpochs, 1, 0.99, "float32");
}
