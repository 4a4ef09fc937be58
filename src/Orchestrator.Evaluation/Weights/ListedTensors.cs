using System.Collections.Immutable;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Weights;

/// <summary>The tensors that a file of weights names, with the shapes that it gives them. No values are read for it.</summary>
/// <param name="Load">Reads the tensors of these names; the caller's. The file must still be open.</param>
sealed record ListedTensors(
    IReadOnlyDictionary<string, ListedTensor> ByName,
    Func<IReadOnlyCollection<string>, Dictionary<string, Tensor>> Load
);

/// <param name="Bytes">That its values take in memory.</param>
sealed record ListedTensor(ImmutableArray<long> Shape, long Bytes);
