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
    public Tensor ToLogParts(Tensor latents)
    {
        var (index, norm) = Helmert(latents.device);
        var weighted = latents.to(float64) * scale / norm;
        // Part i takes from every column j ≥ i, and loses (i-1) times column i-1.
        var from = nn.functional.pad(weighted.flip(-1).cumsum(-1).flip(-1), [0, 1]);
        var lost = nn.functional.pad(weighted * index, [1, 0]);
        return nn.functional.log_softmax(from - lost, -1);
    }

    /// <summary>log z [B,n], up to a constant per row, to x [B,d], in double.</summary>
    public Tensor FromLogParts(Tensor logParts)
    {
        var (index, norm) = Helmert(logParts.device);
        var before = logParts.narrow(-1, 0, dimension).cumsum(-1);
        return (before - index * logParts.narrow(-1, 1, dimension)) / norm / scale;
    }

    /// <summary>ln|det| of x → the first d parts, from log z [B,n]: sum log z + ½ ln n + d ln scale, [B].</summary>
    public Tensor LogVolume(Tensor logParts) => logParts.sum(-1) + 0.5 * Math.Log(dimension + 1) + dimension * Math.Log(scale);

    (Tensor Index, Tensor Norm) Helmert(Device device)
    {
        var index = arange(1, dimension + 1, float64, device);
        return (index, (index * (index + 1)).sqrt());
    }
}
