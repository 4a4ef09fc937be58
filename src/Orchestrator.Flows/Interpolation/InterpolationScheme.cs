using static TorchSharp.torch;

namespace Orchestrator.Flows.Interpolation;

/// <summary>A path between latents. Arithmetic is in double; the result has the latents' type.</summary>
public abstract class InterpolationScheme(string name)
{
    /// <summary>Kebab-case, as in specs and reports.</summary>
    public string Name { get; } = name;

    /// <summary>The points at <paramref name="lambda"/> in [0,1] between the rows of <paramref name="a"/> and <paramref name="b"/>, all
    /// [B,d].</summary>
    public Tensor Interpolate(Tensor a, Tensor b, double lambda)
    {
        using var scope = NewDisposeScope();
        return Path(a.to(float64), b.to(float64), lambda).to(a.dtype).MoveToOuterDisposeScope();
    }

    protected abstract Tensor Path(Tensor a, Tensor b, double lambda);

    protected static Tensor Norm(Tensor x) => x.Square().sum(-1, keepdim: true).sqrt();
}
