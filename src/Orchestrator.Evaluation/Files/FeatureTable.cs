using System.Collections.Immutable;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Files;

/// <param name="Features">float32 or float64 [n, d], one row a sample; the caller's.</param>
/// <param name="Notes">What of the file was taken for no feature or for no sample, each a sentence.</param>
public sealed record FeatureTable(Tensor Features, ImmutableArray<string> Notes);
