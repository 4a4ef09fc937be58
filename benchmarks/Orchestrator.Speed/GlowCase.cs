using System.Globalization;
using Orchestrator.Flows;
using Orchestrator.Flows.Architectures;
using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Tensors;
using Orchestrator.Flows.Transforms;
using Orchestrator.Training.Optimisation;
using static TorchSharp.torch;

namespace Orchestrator.Speed;

/// <summary>Glow for images of 28 × 28 with 2 levels of 8 steps, on one thread.</summary>
sealed record GlowCase(string Base, int Hidden, int Batch)
{
    public const int Levels = 2,
        Steps = 8;

    public static ImageShape Shape { get; } = new(1, 28, 28);

    /// <param name="text">Base, hidden channels and images of a batch: <c>gaussian/64/128</c>.</param>
    public static GlowCase Parse(string text) =>
        text.Split('/') is [var @base, var hidden, var batch]
            ? new GlowCase(@base, int.Parse(hidden, CultureInfo.InvariantCulture), int.Parse(batch, CultureInfo.InvariantCulture))
            : throw new ArgumentException($"expected BASE/HIDDEN/BATCH, found '{text}'", nameof(text));
}

/// <summary>The flow of a case in training: weights set from its first batch, gradients clipped, Adam.</summary>
sealed class GlowTraining : IDisposable
{
    const double Limit = 50;
    readonly FlatParameters parameters;
    readonly Adam optimizer;
    long step;

    public GlowTraining(GlowCase which)
    {
        set_num_threads(1);
        using var generator = new Generator(1);
        var distribution = BaseDistributions.Create(which.Base, GlowCase.Shape.Dimension, alpha: 2, kappa: GlowCase.Shape.Dimension);
        var options = new FlowOptions(GlowCase.Levels, GlowCase.Steps, which.Hidden);
        Flow = FlowModel.Create("glow", GlowCase.Shape, options, distribution, seed: 1);
        Images = rand(which.Batch, GlowCase.Shape.Channels, GlowCase.Shape.Height, GlowCase.Shape.Width, generator: generator).Minus(0.5);
        Flow.Initialise(Images);
        parameters = new FlatParameters(Flow);
        optimizer = new Adam(parameters.Values);
    }

    public FlowModel Flow { get; }

    public Tensor Images { get; }

    /// <param name="logProb">Of images; the flow's own where it is null.</param>
    public void Step(Func<Tensor, Tensor>? logProb = null)
    {
        using var scope = NewDisposeScope();
        parameters.ClearGradients();
        var loss = (logProb ?? Flow.LogProb)(Images).sum().Times(-1.0 / Images.numel());
        loss.backward();
        var norm = parameters.Gradients.norm().to(float64);
        parameters.Gradients.mul_(GradientClip.Factor(norm, Limit));
        optimizer.Step(parameters.Gradients, learningRate: 1e-3, ++step);
    }

    public void Dispose()
    {
        optimizer.Dispose();
        parameters.Dispose();
        Flow.Dispose();
        Images.Dispose();
    }
}
