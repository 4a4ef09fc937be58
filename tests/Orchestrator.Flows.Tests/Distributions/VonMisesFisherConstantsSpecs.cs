using CsCheck;
using Orchestrator.Flows.Distributions;

namespace Orchestrator.Flows.Tests.Distributions;

public sealed class VonMisesFisherConstantsSpecs
{
    [Fact]
    public void The_derivative_of_the_normaliser_is_the_mean_cosine() =>
        Gen.Select(Gen.Int[2, 800], Gen.Double[0.1, 3])
            .Sample(
                (p, perDimension) =>
                {
                    var kappa = perDimension * p;
                    var step = 1e-3 * kappa;
                    var slope =
                        (VonMisesFisherConstants.LogNormalizer(p, kappa + step) - VonMisesFisherConstants.LogNormalizer(p, kappa - step))
                        / (2 * step);
                    Assert.Equal(-VonMisesFisherConstants.MeanResultantLength(p, kappa), slope, 1e-6);
                },
                iter: 200,
                threads: 1
            );
}
