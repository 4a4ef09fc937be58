using static TorchSharp.torch;

namespace Orchestrator.Training.Optimisation;

/// <summary>Exponential moving average of the weights, the weights that are evaluated and used.</summary>
/// <param name="decay">Per step; 0 makes the average the weights themselves.</param>
public sealed class ExponentialMovingAverage(Tensor weights, double decay) : IDisposable
{
    /// <summary>The averaged weights, float32 [weights].</summary>
    public Tensor Values { get; } = Copy(weights);

    /// <summary>The decay at a step, from 1: less at first, so that the initial weights leave no trace in short trainings.</summary>
    public static double DecayAt(long step, double decay) => Math.Min(decay, (1.0 + step) / (10.0 + step));

    public void Step(long step)
    {
        using var frozen = no_grad();
        var kept = DecayAt(step, decay);
        Values.TimesInPlace(kept).PlusInPlace(weights, 1 - kept);
    }

    /// <summary>Puts the average into the weights until the result is disposed.</summary>
    public IDisposable InPlaceOfWeights() => new Swap(weights, Values);

    public void Dispose() => Values.Dispose();

    static Tensor Copy(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().clone().DetachFromDisposeScope();
    }

    sealed class Swap : IDisposable
    {
        readonly Tensor weights;
        readonly Tensor raw;

        public Swap(Tensor weights, Tensor average)
        {
            using var frozen = no_grad();
            this.weights = weights;
            raw = Copy(weights);
            weights.copy_(average);
        }

        public void Dispose()
        {
            using var frozen = no_grad();
            weights.copy_(raw);
            raw.Dispose();
        }
    }
}
