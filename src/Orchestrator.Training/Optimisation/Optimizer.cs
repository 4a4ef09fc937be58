using static TorchSharp.torch;

namespace Orchestrator.Training.Optimisation;

/// <summary>An optimiser on one flat tensor, with its moments in reach of a checkpoint.</summary>
public abstract class Optimizer : IDisposable
{
    readonly List<(string Name, Tensor Values)> moments = [];

    protected Optimizer(Tensor weights) => Weights = weights;

    /// <summary>What its steps change.</summary>
    protected Tensor Weights { get; }

    /// <summary>All of its state by its names in a checkpoint, each float32 [weights].</summary>
    public IReadOnlyList<(string Name, Tensor Values)> Moments => moments;

    /// <param name="step">The number of this update, from 1.</param>
    public void Step(Tensor gradient, double learningRate, long step)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Update(gradient, learningRate, step);
    }

    public void Dispose()
    {
        foreach (var (_, values) in moments)
            values.Dispose();
    }

    protected abstract void Update(Tensor gradient, double learningRate, long step);

    /// <summary>Zeros that live as long as the optimiser.</summary>
    protected Tensor Moment(string name)
    {
        var values = zeros_like(Weights, requires_grad: false).DetachFromDisposeScope();
        moments.Add((name, values));
        return values;
    }
}
