using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>Makes the spec of one trial.</summary>
public static class TrialFactory
{
    const string EpochsPath = "training.epochs";

    /// <param name="number">Of the trial, from 1; it names the trial in errors and decides nothing.</param>
    /// <param name="assignment">The trial's parameters: dotted path to canonical text.</param>
    /// <remarks>
    /// The seed depends on the sweep's seed and the replicate alone: trials that differ only in hyperparameters draw the same
    /// numbers, which makes their comparison a paired one.
    /// </remarks>
    /// <exception cref="ArgumentException">The assignment sets what no trial has: it comes from another version's journal.</exception>
    public static TrialSpec Create(SweepSpec spec, int number, ImmutableSortedDictionary<string, string> assignment)
    {
        if (assignment.Keys.FirstOrDefault(path => path != SearchSpace.Replicate && TrialSchema.Table.Find(path) is null) is { } unknown)
            throw new ArgumentException($"trial {number} sets {unknown}, which this version does not know", nameof(assignment));
        var leaves = TrialSchema.Complete(spec.Trial, assignment);
        return new TrialSpec(
            spec.Dataset,
            Seed.Derive(spec.Seed, "trial", Replicate(assignment)),
            new FlowSpec(Text(TrialSchema.Architecture), Int("flow.levels"), Int("flow.steps"), Int("flow.hidden")),
            new BaseSpec(
                Text(TrialSchema.Distribution),
                leaves.ContainsKey("base.alpha") ? Double("base.alpha") : null,
                leaves.TryGetValue("base.kappa", out var text) && Kappa.TryParse(text, out var kappa) ? kappa : null
            ),
            new TrainingSpec(
                Int(EpochsPath),
                Int("training.batch_size"),
                Double("training.learning_rate"),
                Double("training.warmup_epochs"),
                Double("training.gradient_clip"),
                Double("training.ema"),
                Text(TrialSchema.Precision)
            ),
            spec.Resources.Threads,
            spec.Resources.Device
        );

        string Text(string path) => Variant.Of(leaves, path).ToString();
        int Int(string path) => int.Parse(leaves[path], CultureInfo.InvariantCulture);
        double Double(string path) => double.Parse(leaves[path], CultureInfo.InvariantCulture);
    }

    /// <summary>How many epochs a trial is to train: what <see cref="Create"/> would say, for thousands of trials at once.</summary>
    public static int Epochs(SweepSpec spec, ImmutableSortedDictionary<string, string> assignment) =>
        int.Parse(
            assignment.GetValueOrDefault(EpochsPath)
                ?? spec.Trial.GetValueOrDefault(EpochsPath)
                ?? TrialSchema.Table.Find(EpochsPath)!.Default!,
            CultureInfo.InvariantCulture
        );

    static long Replicate(ImmutableSortedDictionary<string, string> assignment) =>
        long.Parse(assignment.GetValueOrDefault(SearchSpace.Replicate) ?? TrialSchema.Replicate.Default!, CultureInfo.InvariantCulture);
}
