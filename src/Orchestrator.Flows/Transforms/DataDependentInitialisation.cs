using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>Data-dependent initialisation of an actnorm (Kingma and Dhariwal 2018, arXiv 1807.03039), once: its flag travels with the
/// checkpoint.</summary>
static class DataDependentInitialisation
{
    // A channel that is constant in the first batch must not be amplified without bound when it later varies.
    const double SmallestStandardDeviation = 1e-3;

    /// <summary>Sets scale and shift so that <paramref name="values"/> exp(log_scale) + bias has mean 0 and deviation 1.</summary>
    /// <param name="values">Together [C,N], one row a channel; each part is freed before the next is asked for.</param>
    public static void Apply(Tensor initialized, IEnumerable<Tensor> values, Tensor logScale, Tensor bias)
    {
        if (initialized.item<float>() != 0)
            return;
        using var scope = NewDisposeScope();
        List<Tensor> means = [],
            deviations = [];
        foreach (var part in values)
        {
            means.Add(part.mean([1]));
            deviations.Add(part.std(1, unbiased: false));
            part.Dispose();
        }

        var mean = cat(means);
        var inverse = cat(deviations).ClampMin(SmallestStandardDeviation).reciprocal();
        logScale.copy_(inverse.log().view(logScale.shape));
        bias.copy_((-mean * inverse).view(bias.shape));
        initialized.FillInPlace(1);
    }
}
