namespace Orchestrator.Training.Checkpoints;

/// <summary>The checkpoints of one attempt, which alone writes them, and of the trial's earlier attempts, which are only read.</summary>
public interface ICheckpointStore
{
    /// <summary>Writes one checkpoint so that it survives this process, then removes what retention no longer wants.</summary>
    /// <param name="manifest">Complete but for its files.</param>
    Checkpoint Write(CheckpointManifest manifest, IEnumerable<StoredTensor> model, IEnumerable<StoredTensor> optimizer);

    /// <summary>The newest checkpoint that is whole, of this and all earlier attempts; null where there is none.</summary>
    /// <param name="warn">Told of each damaged checkpoint.</param>
    Checkpoint? FindNewest(Action<string> warn);
}
