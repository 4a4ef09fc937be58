using Orchestrator.Flows;
using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Transforms;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;
using static TorchSharp.torch;

namespace Orchestrator.Training.Tests.Trials;

public sealed class LikelihoodSpecs
{
    // No flow at all under a density of 1 on the unit cube: exactly the bits of the pixels, whatever the image and the noise.
    [Theory]
    [InlineData(256, 8)]
    [InlineData(16, 4)]
    public void A_uniform_flow_gives_exactly_the_bits_of_the_pixels(int levels, double expected)
    {
        using var scope = NewDisposeScope();
        var shape = new ImageShape(3, 4, 6);
        using var flow = new FlowModel(new MultiScaleTransform((new Squeeze(), new ImageShape(12, 2, 3))), new Uniform(shape.Dimension));
        var split = new ImageSplit(shape, [.. Enumerable.Range(0, 5 * shape.Dimension).Select(i => (byte)(i * 7 % levels))], new byte[5]);
        using var images = new ImageTensors(split, CPU);
        Assert.Equal(
            Enumerable.Repeat(expected, 5),
            Likelihood.BitsPerDim(flow, images, levels, seed: 3, batchSize: 2, stop: TestContext.Current.CancellationToken)
        );
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(30)]
    public void In_parts_it_is_the_same_but_for_rounding(int parts)
    {
        using var scope = NewDisposeScope();
        using var flow = TrialFlow.Create(TinyTrial.Spec, TinyTrial.Data.Shape, 1, CPU);
        using var images = new ImageTensors(TinyTrial.Data.Validation, CPU);
        var (whole, cut) = (BitsPerDim(1), BitsPerDim(parts));
        Assert.Equal(whole.Length, cut.Length);
        Assert.All(whole.Zip(cut), both => Assert.Equal(both.First, both.Second, 5));

        double[] BitsPerDim(int count) =>
            Likelihood.BitsPerDim(flow, images, 17, seed: 3, parts: count, stop: TestContext.Current.CancellationToken);
    }

    sealed class Uniform(int dimension) : BaseDistribution("uniform", dimension)
    {
        public override double LogDensityMean => 0;

        public override double LogDensityStandardDeviation => 0;

        public override Tensor LogProb(Tensor latents) => where(latents.abs().le(0.5).all(1), 0.0, double.NegativeInfinity).to(float64);

        public override Tensor LogDensity(Tensor latents) => LogProb(latents);

        public override Tensor Sample(long count, Generator generator) => rand(count, Dimension, float64, generator: generator) - 0.5;
    }
}
