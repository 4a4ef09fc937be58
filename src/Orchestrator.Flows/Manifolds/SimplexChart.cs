using static Orchestrator.Flows.Tensors.TensorArithmetic;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Manifolds;

/// <summary>Isometric log-ratio chart of the simplex with n = d + 1 parts: z = softmax(V y), y = scale · x, x in R^d.</summary>
/// <remarks>
/// V is the n×d Helmert basis, column j = (1,…,1 (j times), -j, 0,…) / sqrt(j (j+1)): orthonormal, summing to 0.
/// Both directions cost O(d) by cumulative sums. Parts are only ever handled as log z: in float32 most of thousands are exact zeros.
/// </remarks>
public sealed class SimplexChart(int dimension, double scale = 1)
{
    /// <summary>x [B,d] to log z [B,n], in double.</summary>
    public Tensor ToLogParts(Tensor latents) => nn.functional.log_softmax(ToLogRatios(latents), -1);

    /// <summary>The sum of ln(n z_i) over all parts, at x [B,d]: 0 at the simplex's centre and negative elsewhere, [B].</summary>
    /// <remarks>Near the centre ln z_i is nearly -ln n, and a sum over it would have lost what is left when n ln n is added.</remarks>
    public Tensor SumOfLogPartsFromCentre(Tensor latents)
    {
        var v = ToLogRatios(latents);
        // Only where exp could overflow: what is taken away and added back costs digits near the centre.
        var shift = v.amax([-1], keepdim: true).detach().Threshold(1, 0);
        return (v - shift).expm1().mean([-1]).log1p().Plus(shift.squeeze(-1)).Times(-(dimension + 1));
    }

    /// <summary>V y [B,n], y = scale · x: ln z less its mean, in double.</summary>
    Tensor ToLogRatios(Tensor latents)
    {
        var (index, norm) = Helmert(latents.device);
        var weighted = latents.to(float64).Times(scale) / norm;
        // Part i takes from every column j ≥ i, and loses (i-1) times column i-1.
        var from = nn.functional.pad(weighted.flip(-1).cumsum(-1).flip(-1), [0, 1]);
        var lost = nn.functional.pad(weighted * index, [1, 0]);
        return from - lost;
    }

    /// <summary>log z [B,n], up to a constant per row, to x [B,d], in double.</summary>
    public Tensor FromLogParts(Tensor logParts)
    {
        var (index, norm) = Helmert(logParts.device);
        var before = logParts.narrow(-1, 0, dimension).cumsum(-1);
        return ((before - index * logParts.narrow(-1, 1, dimension)) / norm).Over(scale);
    }

    /// <summary>ln|det| of x to z in Aitchison's measure, that is Lebesgue measure on the first d parts over the product of all: ½ ln n + d
    /// ln scale.</summary>
    public double LogVolume => 0.5 * Math.Log(dimension + 1) + dimension * Math.Log(scale);

    (Tensor Index, Tensor Norm) Helmert(Device device)
    {
        var index = Range(1, dimension + 1, float64, device);
        return (index, (index * index.Plus(1)).sqrt());
    }
}
