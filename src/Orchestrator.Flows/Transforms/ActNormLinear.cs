using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Transforms;

/// <summary>A linear map of columns with actnorm (arXiv 1807.03039) inside: y = exp(log_scale) weight x + bias, [in,N] to
/// [out,N].</summary>
/// <remarks>The scale is applied to the weight and not to the columns: out × in numbers instead of out × N.</remarks>
sealed class ActNormLinear : nn.Module
{
    // As in Kingma and Dhariwal 2018; the data-dependent scale that follows makes the size free.
    const double StandardDeviation = 0.05;

    const int RowsAtOnce = 16;

    [ComponentName(Name = "weight")]
    readonly Parameter weight;

    [ComponentName(Name = "log_scale")]
    readonly Parameter logScale;

    [ComponentName(Name = "bias")]
    readonly Parameter bias;

    [ComponentName(Name = "initialized")]
    readonly Tensor initialized;

    public ActNormLinear(int inputs, int outputs, Generator generator)
        : base(nameof(ActNormLinear))
    {
        weight = new Parameter(randn(outputs, inputs, generator: generator).Times(StandardDeviation));
        logScale = new Parameter(zeros(outputs, 1));
        bias = new Parameter(zeros(outputs, 1));
        initialized = zeros(1);
        RegisterComponents();
    }

    /// <summary>exp(log_scale) weight, [out,in].</summary>
    public Tensor Weight => weight * logScale.exp();

    /// <summary>[out,1].</summary>
    public Tensor Bias => bias;

    /// <returns>In the columns' number format, which may be narrower than the weights'.</returns>
    public Tensor Forward(Tensor columns) => addmm(bias.to(columns.dtype), Weight.to(columns.dtype), columns, 1, 1);

    public void Initialise(Tensor columns)
    {
        using var scope = NewDisposeScope();
        // Some rows at a time: all of them at once would take as much memory as the columns.
        DataDependentInitialisation.Apply(initialized, weight.split(RowsAtOnce).Select(rows => mm(rows, columns)), logScale, bias);
    }
}
