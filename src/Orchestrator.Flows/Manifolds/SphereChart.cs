using static TorchSharp.torch;

namespace Orchestrator.Flows.Manifolds;

/// <summary>Scaled inverse stereographic chart of the sphere S^d in R^(d+1): q = |x|²/s², z = (2 x/s, q-1)/(q+1), x in R^d.</summary>
/// <remarks>x = 0 is the south pole (0,…,0,-1); the north pole is at infinity.</remarks>
public sealed class SphereChart(int dimension, double scale)
{
    /// <summary>x [B,d] to unit vectors z [B,d+1], in double.</summary>
    public Tensor ToSphere(Tensor latents)
    {
        var x = latents.to(float64).Over(scale);
        var q = x.Square().sum(-1, keepdim: true);
        return cat([x.Times(2), q.Minus(1)], -1) / q.Plus(1);
    }

    /// <summary>Unit vectors z [B,d+1] to x [B,d], in double.</summary>
    public Tensor FromSphere(Tensor points)
    {
        var u = points.narrow(-1, 0, dimension);
        var height = points.narrow(-1, dimension, 1);
        // 1 - height loses its digits near the north pole; there |u|² = (1 - height)(1 + height) gives it back.
        var nearPole = u.Square().sum(-1, keepdim: true) / height.Plus(1);
        return u.Times(scale) / where(height.IsGreaterThan(0), nearPole, height.SubtractedFrom(1));
    }

    /// <summary>Cosine between z and the south pole: (1-q)/(1+q), [B].</summary>
    public Tensor CosineToSouthPole(Tensor latents) => SquaredRadius(latents).Plus(1).Dividing(2).Minus(1);

    /// <summary>1 - cosine to the south pole, to its last digits also where it is small: 2q/(1+q), [B].</summary>
    public Tensor OneLessCosineToSouthPole(Tensor latents)
    {
        var q = SquaredRadius(latents);
        return q.Times(2) / q.Plus(1);
    }

    /// <summary>1 + cosine and 1 - cosine to the south pole, each to its last digits also where the other is 2, [B,1].</summary>
    public (Tensor Plus, Tensor Minus) AroundSouthPole(Tensor latents)
    {
        var q = SquaredRadius(latents).unsqueeze(-1);
        return (q.Plus(1).Dividing(2), q.Dividing(1).Plus(1).Dividing(2));
    }

    /// <summary>The radius |x| of all points with 1 + cosine and 1 - cosine to the south pole.</summary>
    public Tensor Radius(Tensor plus, Tensor minus) => (minus / plus).sqrt().Times(scale);

    /// <summary>Log volume element of x → z [B]: d (ln 2 - ln(1+q) - ln s).</summary>
    public Tensor LogVolume(Tensor latents) => SquaredRadius(latents).log1p().Minus(Math.Log(2) - Math.Log(scale)).Times(-dimension);

    Tensor SquaredRadius(Tensor latents) => latents.to(float64).Over(scale).Square().sum(-1);
}
