using System.Globalization;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>Whether the slots that there are can hold a sweep's work at all.</summary>
public static class Placement
{
    const int MostLookedAt = 100;

    /// <param name="training">Of each slot that trains, what it has while nothing is taken.</param>
    /// <param name="evaluation">The same of those that evaluate.</param>
    /// <returns>Why work waits that none of them will ever hold; null where one can, where none waits, and where there are no
    /// slots.</returns>
    public static string? Lack(
        SweepState state,
        IReadOnlyCollection<SlotResources> training,
        IReadOnlyCollection<SlotResources> evaluation
    ) =>
        IsLeft(state, WorkKind.Training) && state.Status == SweepStatus.Running && NextWork.IsTrainingLeft(state)
            ? OfTrials(state, training)
        : IsLeft(state, WorkKind.Evaluation) && !state.PendingEvaluations.IsEmpty ? OfEvaluations(state, evaluation)
        : null;

    // What has been granted fitted; after a failover, slots at work are not known.
    static bool IsLeft(SweepState state, WorkKind kind) => !state.Leases.Values.Any(held => held.Lease.Kind == kind);

    static string? OfTrials(SweepState state, IReadOnlyCollection<SlotResources> slots)
    {
        var needs = state.Spec.Resources;
        if (slots.Count == 0)
            return null;
        if (slots.Any(slot => slot.HoldsTrial(needs)))
            return OfMemory(state, slots.Where(slot => slot.HoldsTrial(needs)).ToList());
        var suitable = slots.Where(slot => needs.TrainsOn(slot.Gpu)).ToList();
        if (suitable.Count > 0)
            return string.Create(
                CultureInfo.InvariantCulture,
                $"a trial takes {needs.Threads} cores (resources.threads), and no node has more than {suitable.Max(slot => slot.Share)}"
            );
        return needs.Device == ResourceSpec.Cpu
                ? "trials compute on CPU (resources.device: cpu), and the nodes have slots of GPUs only; a node that is given no GPU "
                    + "(CUDA_VISIBLE_DEVICES=) has slots of cores"
            : slots.All(slot => slot.Gpu is null)
                ? $"trials need a GPU (resources.device: {needs.Device}), and the nodes have slots of CPU cores only"
            : $"trials need the GPU of one number (resources.device: {needs.Device}), and no node has one of that number";
    }

    /// <summary>All that waits is known to take more memory than any GPU has that can train it.</summary>
    static string? OfMemory(SweepState state, List<SlotResources> slots)
    {
        if (state.PendingTrials.IsEmpty || slots.Any(slot => slot.Gpu is null || slot.Bytes is null))
            return null;
        var most = slots.Max(slot => slot.Bytes!.Value);
        var peaks = state
            .PendingTrials.Take(MostLookedAt)
            .Select(trial => state.PeakBytes(state.SpecOf(state.Trial(trial)), PeakMemory.Cuda))
            .ToList();
        return peaks.TrueForAll(peak => peak > most)
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"the smallest trial that waits takes {Gibibytes(peaks.Min()!.Value):F1} GiB of GPU memory, as measured, and no GPU has "
                    + $"more than {Gibibytes(most):F1} GiB"
            )
            : null;

        static double Gibibytes(long bytes) => bytes / (double)(1 << 30);
    }

    static string? OfEvaluations(SweepState state, IReadOnlyCollection<SlotResources> slots) =>
        slots.Count == 0 || slots.Any(slot => slot.HoldsEvaluation(state.Spec.Resources))
            ? null
            : $"evaluations need a GPU (resources.device: {state.Spec.Resources.Device}), and the evaluators have CPU cores only";
}
