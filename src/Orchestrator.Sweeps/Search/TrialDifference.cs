using System.Globalization;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>Says in which settings of the sweep file two trials differ.</summary>
public static class TrialDifference
{
    const string Absent = "nothing";

    /// <returns>Lines <c>path: old → new</c>; none where the trials are the same.</returns>
    public static IReadOnlyList<string> Between(TrialSpec old, TrialSpec @new)
    {
        List<string> lines =
        [
            .. from before in Settings(old)
            join after in Settings(@new) on before.Path equals after.Path
            where before.Value != after.Value
            select $"{before.Path}: {before.Value ?? Absent} → {after.Value ?? Absent}",
        ];
        return lines.Count == 0 && old != @new ? ["a setting that this version does not know"] : lines;
    }

    static IEnumerable<(string Path, string? Value)> Settings(TrialSpec trial) =>
        [
            ("dataset", trial.Dataset),
            ("seed of the trial", Text(trial.Seed)),
            .. Named("flow.architecture", trial.Flow.Variant),
            ("flow.levels", Text(trial.Flow.Levels)),
            ("flow.steps", Text(trial.Flow.Steps)),
            ("flow.hidden", Text(trial.Flow.Hidden)),
            .. Named("base.distribution", trial.Base.Variant),
            ("base.alpha", Text(trial.Base.Alpha)),
            ("base.kappa", Text(trial.Base.Kappa)),
            ("training.epochs", Text(trial.Training.Epochs)),
            ("training.batch_size", Text(trial.Training.BatchSize)),
            ("training.learning_rate", Text(trial.Training.LearningRate)),
            ("training.warmup_epochs", Text(trial.Training.WarmupEpochs)),
            ("training.gradient_clip", Text(trial.Training.GradientClip)),
            ("training.ema", Text(trial.Training.Ema)),
            .. Named("training.precision", trial.Training.Variant),
            ("resources.threads", Text(trial.Threads)),
            ("resources.device", trial.Device),
        ];

    /// <summary>The name, and every younger setting of its part, at its default where the name says nothing.</summary>
    static IEnumerable<(string Path, string? Value)> Named(string path, Variant variant) =>
        TrialSchema
            .Table.LeavesOf(path[..path.LastIndexOf('.')])
            .Where(leaf => leaf.IsLeftOutByDefault)
            .Select(leaf => (leaf.Path, (string?)variant.Options.GetValueOrDefault(leaf.Name, leaf.Default ?? Absent)))
            .Prepend((path, variant.Name));

    static string? Text<T>(T value) => value is null ? null : Convert.ToString(value, CultureInfo.InvariantCulture);
}
