using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Orchestrator.Flows.Distributions;

/// <summary>The concentration of a base distribution: a number or, where it is learned, that number times exp(3 tanh(log_ratio /
/// 3)).</summary>
/// <remarks>The bound keeps it within a factor of 20 of its start: no step may leave the domain.</remarks>
public sealed class Concentration : nn.Module
{
    const double LargestLogRatio = 3;

    readonly double start;

    [ComponentName(Name = "log_ratio")]
    readonly Parameter? logRatio;

    public Concentration(double start, bool isLearned)
        : base(nameof(Concentration))
    {
        this.start = start;
        if (!isLearned)
            return;
        logRatio = new Parameter(zeros(1));
        // A model outlives the scope it was made in.
        logRatio.DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>What it is now; NaN where training diverged.</summary>
    public double Value
    {
        get
        {
            if (logRatio is null)
                return start;
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            return Differentiable(logRatio).item<double>();
        }
    }

    /// <summary>c x + f(c), c the concentration; differentiable in x and, where it is learned, in c.</summary>
    /// <param name="x">float64 [B].</param>
    /// <param name="value">f at <see cref="Value"/>.</param>
    /// <param name="slope">df/dc there.</param>
    /// <remarks>f is a special function that no tensor computes; value + slope (c - c') with c' = c held constant has its exact value and
    /// gradient.</remarks>
    internal Tensor Combine(Tensor x, double value, double slope)
    {
        if (logRatio is null)
            return x.Times(start).Plus(value);
        var c = Differentiable(logRatio);
        return (x * c).Plus((c - c.detach()).Times(slope).Plus(value));
    }

    Tensor Differentiable(Tensor parameter) => parameter.to(float64).Over(LargestLogRatio).tanh().Times(LargestLogRatio).exp().Times(start);
}
