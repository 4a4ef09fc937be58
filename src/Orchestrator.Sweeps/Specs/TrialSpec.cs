namespace Orchestrator.Sweeps.Specs;

/// <summary>Everything that decides the outcome of one trial: equal specs give equal bytes on CPU.</summary>
/// <param name="Dataset">As in the sweep file: <c>digits</c>, <c>fashion-mnist</c>, <c>idx:DIR</c>, ….</param>
/// <param name="Seed">The trial's own seed, derived from the sweep's seed and the trial's replicate.</param>
/// <param name="Threads">Intra-operation threads of the trial process; results depend on it.</param>
/// <param name="Device">As in the sweep file: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
public sealed record TrialSpec(string Dataset, long Seed, int Threads, string Device, TrialSettings Settings);
