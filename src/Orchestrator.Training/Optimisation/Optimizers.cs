using Orchestrator.Sweeps.Specs;
using static TorchSharp.torch;

namespace Orchestrator.Training.Optimisation;

/// <summary>The optimisers by name.</summary>
public static class Optimizers
{
    delegate Optimizer Creation(Tensor weights, TrainingSettings training);

    static readonly SortedDictionary<string, Creation> All = new(StringComparer.Ordinal)
    {
        ["adam"] = static (weights, _) => new Adam(weights),
        ["adamax"] = static (weights, _) => new Adamax(weights),
        ["adamw"] = static (weights, training) => new Adam(weights, training.WeightDecay),
    };

    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <param name="weights">One flat tensor, which its steps change.</param>
    public static Optimizer Create(Tensor weights, TrainingSettings training) => All[training.Optimizer](weights, training);
}
