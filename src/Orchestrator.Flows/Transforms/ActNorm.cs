using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>Per-channel affine map y = x exp(log_scale) + bias of [B,C,H,W], set once so that a large batch leaves white.</summary>
/// <remarks>Kingma and Dhariwal 2018 (arXiv 1807.03039), section 3.1. Log-determinant: H W sum(log_scale).</remarks>
public sealed class ActNorm : Transform
{
    [ComponentName(Name = "log_scale")]
    readonly Parameter logScale;

    [ComponentName(Name = "bias")]
    readonly Parameter bias;

    [ComponentName(Name = "initialized")]
    readonly Tensor initialized;

    public ActNorm(int channels)
    {
        logScale = new Parameter(zeros(channels, 1, 1));
        bias = new Parameter(zeros(channels, 1, 1));
        initialized = zeros(1);
        RegisterComponents();
    }

    public override (Tensor Value, Tensor LogDeterminant) Forward(Tensor x) =>
        (bias.PlusProduct(x, logScale.exp()), Volume(x, x.shape[2] * x.shape[3]));

    public override (Tensor Value, Tensor LogDeterminant) Inverse(Tensor z) =>
        ((z - bias) * logScale.neg().exp(), Volume(z, -z.shape[2] * z.shape[3]));

    public override void Initialise(Tensor x) =>
        DataDependentInitialisation.Apply(initialized, [x.transpose(0, 1).flatten(1)], logScale, bias);

    Tensor Volume(Tensor x, long sites) => logScale.sum().Times(sites).expand(x.shape[0]);
}
