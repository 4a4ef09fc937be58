using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>Makes the spec of one trial.</summary>
public static class TrialFactory
{
    /// <param name="assignment">The trial's parameters: dotted path to canonical text.</param>
    /// <remarks>
    /// The seed depends on the sweep's seed and the replicate alone: trials that differ only in hyperparameters draw the same
    /// numbers, which makes their comparison a paired one.
    /// </remarks>
    public static TrialSpec Create(SweepSpec spec, ImmutableSortedDictionary<string, string> assignment) =>
        new(
            spec.Dataset,
            Seed.Derive(spec.Seed, "trial", Replicate(assignment)),
            spec.Resources.Threads,
            spec.Resources.Device,
            new TrialSettings(TrialFields.Complete(spec.Trial, assignment))
        );

    /// <summary>How many epochs a trial is to train: what <see cref="Create"/> would say, for thousands of trials at once.</summary>
    /// <param name="assigned">The trial's parameter <c>training.epochs</c>; null where it has none.</param>
    public static int Epochs(SweepSpec spec, string? assigned) =>
        int.Parse(assigned ?? spec.Trial[TrainingSettings.EpochsPath], CultureInfo.InvariantCulture);

    static long Replicate(ImmutableSortedDictionary<string, string> assignment) =>
        long.Parse(assignment.GetValueOrDefault(SearchSpace.Replicate) ?? TrialFields.Replicate.Default!, CultureInfo.InvariantCulture);
}
