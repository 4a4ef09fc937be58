using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;

namespace Orchestrator.Training.Trials;

/// <summary>Where a task's checkpoints are. The S3 client's library is loaded only where a task names a storage.</summary>
public static class CheckpointStorage
{
    /// <exception cref="TrialFailure">Bad spec: the storage's address.</exception>
    /// <exception cref="StorageException">No credentials.</exception>
    public static ICheckpointStore Of(TrainingTask task, TimeProvider time) =>
        task.Storage is null
            ? new FolderCheckpointStore(task.Directory, task.Earlier, task.Retention)
            : new S3CheckpointStore(
                Trial(task.Storage, task.Sweep, task.Trial, task.Directory, time),
                task.Directory,
                task.Earlier,
                task.Retention
            );

    /// <summary>The checkpoint that an evaluation is of.</summary>
    /// <exception cref="TrialFailure">Bad spec: it is not in the task's storage.</exception>
    /// <exception cref="CheckpointException">It is damaged or gone.</exception>
    public static Checkpoint Read(EvaluationTask task, TimeProvider time) =>
        Read(task.Checkpoint, task.Storage, task.Sweep, task.Trial, task.Directory, time);

    /// <summary>The checkpoint that a trial goes on from, of another sweep.</summary>
    /// <inheritdoc cref="Read(EvaluationTask, TimeProvider)"/>
    public static Checkpoint Read(ForkPoint from, TrainingTask task, TimeProvider time) =>
        Read(from.Checkpoint.Path, task.Storage, from.Sweep, TrialId.Of(from.Trial), task.Directory, time);

    static Checkpoint Read(string path, string? storage, string sweep, string trial, string directory, TimeProvider time)
    {
        if (!path.StartsWith("s3://", StringComparison.Ordinal))
            return Checkpoint.Read(path);
        if (storage is null)
            throw new TrialFailure(AttemptCause.BadSpec, $"checkpoint {path}: this node has no storage set");
        var stored = Trial(storage, sweep, trial, directory, time);
        var name =
            stored.NameAt(path)
            ?? throw new TrialFailure(
                AttemptCause.BadSpec,
                $"checkpoint {path}: expected one below {stored.AddressOf("")}, this node's storage"
            );
        return stored.Read(name).GetAwaiter().GetResult() ?? throw new CheckpointException($"{path}: is not there any more");
    }

    /// <summary>Uploads what an evaluation left in its folder, where there is a storage.</summary>
    /// <param name="files">Names of files.</param>
    public static void Keep(EvaluationTask task, IEnumerable<string> files, TimeProvider time)
    {
        if (task.Storage is null)
            return;
        var trial = Trial(task.Storage, task.Sweep, task.Trial, task.Directory, time);
        foreach (var file in files)
            trial.Put($"{Path.GetFileName(task.Directory)}/{file}", Path.Combine(task.Directory, file)).GetAwaiter().GetResult();
    }

    static S3Trial Trial(string storage, string sweep, string trial, string own, TimeProvider time)
    {
        try
        {
            return new S3Trial(new S3Bucket(StorageAddress.Parse(storage), time), sweep, trial, own);
        }
        catch (FormatException bad)
        {
            throw new TrialFailure(AttemptCause.BadSpec, bad.Message, inner: bad);
        }
    }
}
