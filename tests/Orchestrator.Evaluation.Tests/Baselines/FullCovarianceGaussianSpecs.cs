using Orchestrator.Evaluation.Baselines;
using Orchestrator.Training.Data;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Baselines;

public sealed class FullCovarianceGaussianSpecs
{
    [Fact]
    public void A_pixel_that_is_constant_in_training_and_test_costs_what_its_noise_costs()
    {
        using var scope = NewDisposeScope();
        var constant = full([10, 1, 1, 3], 5, ScalarType.Byte);
        // A normal density of variance 1/12 in units of a level: ½ log2(2 pi e / 12).
        Near.To(0.5 * Math.Log2(2 * Math.PI * Math.E / 12), FullCovarianceGaussian.BitsPerDim(constant, constant), 1e-12);
    }

    [Fact]
    public void The_expected_score_is_the_mean_over_many_draws_of_the_noise()
    {
        using var digits = new DigitsTensors();
        var flat = Dequantised(digits.Train, seed: 0);
        for (var draw = 1; draw < 20; draw++)
            flat = cat([flat, Dequantised(digits.Train, seed: draw)]);
        var normal = distributions.MultivariateNormal(flat.mean([0]), flat.t().cov(correction: 0));
        var nats =
            -Enumerable.Range(100, 20).Average(draw => normal.log_prob(Dequantised(digits.Test, seed: draw)).mean().item<double>()) / 64;
        var sampled = Dequantisation.BitsPerDim(nats, levels: 17);
        Assert.InRange(FullCovarianceGaussian.BitsPerDim(digits.Train, digits.Test), sampled - 0.005, sampled + 0.005);

        static Tensor Dequantised(Tensor images, long seed) =>
            Dequantisation.Apply(images, 17, seed).reshape(images.shape[0], -1).to(ScalarType.Float64);
    }

    [Fact]
    public void The_digits_score_as_measured()
    {
        using var digits = new DigitsTensors();
        Near.To(2.9609, FullCovarianceGaussian.BitsPerDim(digits.Train, digits.Test), 1e-4);
    }
}
