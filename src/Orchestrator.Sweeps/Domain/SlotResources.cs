using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What a slot has for a trial or an evaluation: a part of a GPU, or CPU cores.</summary>
/// <param name="Gpu">Number of the GPU among those of its node; null: CPU cores.</param>
/// <param name="Share">Part of the GPU, from 0 to 1; of CPU cores, their number.</param>
/// <param name="Bytes">Memory of the GPU, or for what computes on the cores; null where it is not known, or nothing else takes any.</param>
/// <param name="Price">Of an hour of the whole GPU, or of a slot of CPU cores; null where its node has none.</param>
public sealed record SlotResources(int? Gpu, double Share, long? Bytes = null, double? Price = null)
{
    // Three thirds are one GPU.
    public const double Rounding = 1e-9;

    /// <returns>What a trial with these needs takes of a device of this kind.</returns>
    public double ShareOf(ResourceSpec needs) => Gpu is null ? needs.Threads : needs.GpuFraction;

    /// <summary>Whether a trial fits by all that is the same for the whole sweep; what each takes of the memory is its own.</summary>
    public bool HoldsTrial(ResourceSpec needs) => needs.TrainsOn(Gpu) && ShareOf(needs) <= Share + Rounding;

    /// <summary>An evaluation takes what its slot has; on CPU it takes nothing.</summary>
    public bool HoldsEvaluation(ResourceSpec needs) =>
        needs.Device == ResourceSpec.Cpu || (Share > 0 && (needs.Device == ResourceSpec.Auto || Gpu is not null));
}
