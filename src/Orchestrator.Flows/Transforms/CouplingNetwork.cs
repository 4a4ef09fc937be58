using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>3×3 convolution, 1×1 convolution, 3×3 convolution: [B,in,H,W] to [B,out,H,W], zero at the start of training.</summary>
/// <remarks>The first two carry an actnorm, the last a learned log-gain (Kingma and Dhariwal 2018, arXiv 1807.03039).</remarks>
public sealed class CouplingNetwork : nn.Module
{
    // Multiplies the learned log-gain, so that it moves faster than the weights it scales.
    const double GainRate = 3;

    [ComponentName(Name = "input")]
    readonly ActNormLinear input;

    [ComponentName(Name = "hidden")]
    readonly ActNormLinear hidden;

    [ComponentName(Name = "output_weight")]
    readonly Parameter outputWeight;

    [ComponentName(Name = "output_log_gain")]
    readonly Parameter outputLogGain;

    [ComponentName(Name = "output_bias")]
    readonly Parameter outputBias;

    public CouplingNetwork(int inputs, int outputs, int hidden, Generator generator)
        : base(nameof(CouplingNetwork))
    {
        input = new ActNormLinear(Im2Col.Size * inputs, hidden, generator);
        this.hidden = new ActNormLinear(hidden, hidden, generator);
        outputWeight = new Parameter(zeros(Im2Col.Size, outputs, hidden));
        outputLogGain = new Parameter(zeros(outputs, 1));
        outputBias = new Parameter(zeros(outputs, 1, 1));
        RegisterComponents();
    }

    public Tensor Forward(Tensor x)
    {
        var format = NetworkFormat.For(x);
        var outputs = (outputWeight * outputLogGain.Times(GainRate).exp()).flatten(0, 1);
        if (PiecewiseNetwork.Takes(x))
            return PiecewiseNetwork.Of(x, format, input.Weight, input.Bias, hidden.Weight, hidden.Bias, outputs, outputBias);
        var columns = hidden.Forward(input.Forward(Im2Col.Gather(x.to(format))).relu_()).relu_();
        var patches = mm(outputs.to(format), columns).to(x.dtype);
        return Im2Col.Scatter(patches, x.shape[0], x.shape[2], x.shape[3]).Plus(outputBias);
    }

    public void Initialise(Tensor x)
    {
        // The batch is larger than any that trains: what is not needed any more is not kept beside the next layer.
        using var scope = NewDisposeScope();
        var columns = Im2Col.Gather(x);
        scope.DisposeEverythingBut(columns);
        input.Initialise(columns);
        var activations = input.Forward(columns).relu_();
        scope.DisposeEverythingBut(activations);
        hidden.Initialise(activations);
    }
}
