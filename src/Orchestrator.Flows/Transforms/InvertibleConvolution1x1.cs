using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>Invertible 1×1 convolution of [B,C,H,W] with weight P L diag(sign · exp(log_scale)) U.</summary>
/// <remarks>
/// Kingma and Dhariwal 2018 (arXiv 1807.03039), section 3.2. P is a fixed permutation, L and U are unit triangular; it starts as a random
/// rotation. Log-determinant: H W sum(log_scale). Cost: O(C³) once per batch for the weight and its inverse, O(C² H W) per sample.
/// </remarks>
public sealed class InvertibleConvolution1x1 : Transform
{
    [ComponentName(Name = "lower")]
    readonly Parameter lower;

    [ComponentName(Name = "upper")]
    readonly Parameter upper;

    [ComponentName(Name = "log_scale")]
    readonly Parameter logScale;

    [ComponentName(Name = "sign")]
    readonly Tensor sign;

    [ComponentName(Name = "permutation")]
    readonly Tensor permutation;

    public InvertibleConvolution1x1(int channels, Generator generator)
    {
        var (rotation, _) = linalg.qr(randn(channels, channels, float64, generator: generator));
        var (p, l, u) = linalg.lu(rotation);
        var diagonal = u.diagonal();
        permutation = p.to(float32);
        sign = diagonal.sign().to(float32);
        logScale = new Parameter(diagonal.abs().log().to(float32));
        lower = new Parameter(l.tril(-1).to(float32));
        upper = new Parameter((u / diagonal.unsqueeze(1)).triu(1).to(float32));
        RegisterComponents();
    }

    public override (Tensor Value, Tensor LogDeterminant) Forward(Tensor x)
    {
        // The identities of L and U are the addends of addmm: no tensor is built for them.
        var scaled = addmm(permutation, permutation, lower.tril(-1), 1, 1) * (logScale.exp() * sign);
        return (Apply(addmm(scaled, scaled, upper.triu(1), 1, 1), x), Volume(x, x.shape[2] * x.shape[3]));
    }

    public override (Tensor Value, Tensor LogDeterminant) Inverse(Tensor z)
    {
        var unscaled = Solve(lower, permutation.t(), upper: false) / (logScale.exp() * sign).to(float64).unsqueeze(1);
        return (Apply(Solve(upper, unscaled, upper: true).to(z.dtype), z), Volume(z, -z.shape[2] * z.shape[3]));
    }

    // C×C is cheap in double, and the round trip of a deep flow needs it.
    static Tensor Solve(Tensor triangle, Tensor right, bool upper) =>
        linalg.solve_triangular(triangle.to(float64), right.to(float64), upper, left: true, unitriangular: true);

    // One product over all sites of the batch: a product per sample is slow where C is small.
    static Tensor Apply(Tensor weight, Tensor x) =>
        mm(weight, x.transpose(0, 1).flatten(1)).view(x.shape[1], x.shape[0], x.shape[2], x.shape[3]).transpose(0, 1);

    Tensor Volume(Tensor x, long sites) => logScale.sum().Times(sites).expand(x.shape[0]);
}
