using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using static System.FormattableString;

namespace Orchestrator.Sweeps.Domain;

/// <summary>A sweep whose trials go on from a checkpoint of another one's trial.</summary>
public static class Fork
{
    /// <summary>What stays as it is in a trial that goes on from the checkpoint of another: sections and fields that say what the
    /// checkpoint's tensors are.</summary>
    static readonly string[] Kept = ["flow", "base", TrainingSettings.OptimizerPath];

    /// <summary>Where the trials of a sweep begin.</summary>
    /// <param name="spec">Of a sweep that was forked.</param>
    /// <param name="parent">The sweep that it names; null where there is none.</param>
    /// <returns>The checkpoint, null where trials begin anew; and why the sweep cannot begin, null where it can.</returns>
    public static (ForkPoint? Point, string? Fault) Of(SweepSpec spec, SweepState? parent)
    {
        var fork = spec.Fork!;
        if (parent is null)
            return (null, $"{ForkSpec.SweepPath}: there is no sweep named '{fork.Sweep}' here");
        if (fork.Trial is not { } number)
            return (null, null);
        if (number > parent.Trials.Count)
            return (
                null,
                Invariant($"{ForkSpec.TrialPath}: sweep '{fork.Sweep}' has {parent.Trials.Count} trials, none of number {number}")
            );
        var trial = parent.Trial(number);
        return CheckpointOf(trial, out var fault) is { } checkpoint
            ? (new ForkPoint(fork.Sweep, number, checkpoint), Fault(spec, parent.SpecOf(trial).Settings, checkpoint.Epoch))
            : (null, $"{ForkSpec.TrialPath}: {fork}: {fault}");
    }

    /// <summary>What of a trial's settings differs from those of the checkpoint that it is to go on from, and may not.</summary>
    /// <returns>Lines that begin with the path.</returns>
    public static IEnumerable<string> Misfits(TrialSettings checkpoint, TrialSettings trial) =>
        from path in checkpoint.Values.Keys.Union(trial.Values.Keys)
        where IsKept(path)
        let texts = (Old: checkpoint.Find(path), New: trial.Find(path))
        where texts.Old != texts.New
        select $"{path}: is {texts.Old ?? "nothing"} in the checkpoint, and {texts.New ?? "nothing"} here: its tensors would not fit";

    /// <summary>Why a trial goes no further than the checkpoint that it begins with.</summary>
    public static string? NothingLeft(TrialSettings trial, int epoch) =>
        trial.Training.Epochs > epoch
            ? null
            : Invariant(
                $"{TrainingSettings.EpochsPath}: {trial.Training.Epochs}, and its checkpoint to begin with has {epoch}: ask for more"
            );

    static bool IsKept(string path) => Array.Exists(Kept, kept => FieldTable.IsIn(path, kept));

    static CheckpointInfo? CheckpointOf(TrialState trial, out string? fault)
    {
        fault =
            trial.Status == TrialStatus.Running ? "is being trained: pause its sweep first, or wait"
            : trial.Checkpoint is not { } checkpoint ? "has no checkpoint yet"
            : trial.Curve.Find(checkpoint.Epoch)?.Step != checkpoint.Step
                ? "its newest checkpoint is of the middle of an epoch: let it go on to the end of one"
            : null;
        return fault is null ? trial.Checkpoint : null;
    }

    static string? Fault(SweepSpec spec, TrialSettings settings, int epoch)
    {
        if (spec.Scheduler.HasRungs && spec.Scheduler.MinEpochs <= epoch)
            return Invariant(
                $"scheduler.min_epochs: {spec.Scheduler.MinEpochs}, and every trial begins with {epoch} epochs behind it: ask for more"
            );
        if (!spec.Search.IsGrid && spec.Space.VaryingPaths().FirstOrDefault(IsKept) is { } swept)
            return $"parameters: {swept} cannot be searched from a checkpoint: its tensors fit {settings.Find(swept)} alone";
        var trials = spec.Search.IsGrid
            ? GridSearch.Enumerate(spec).Select(parameters => TrialFactory.Create(spec, parameters).Settings)
            : [new TrialSettings(spec.Trial)];
        return trials
            .SelectMany(trial => Misfits(settings, trial).Append(NothingLeft(trial, epoch)))
            .FirstOrDefault(fault => fault is not null);
    }
}
