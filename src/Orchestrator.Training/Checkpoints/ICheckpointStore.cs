namespace Orchestrator.Training.Checkpoints;

/// <summary>The checkpoints of one attempt, which alone writes them, and of the trial's earlier attempts, which are only read.</summary>
public interface ICheckpointStore
{
    /// <summary>Writes one checkpoint so that it survives this process, then removes what retention no longer wants.</summary>
    /// <param name="manifest">Complete but for its files.</param>
    Checkpoint Write(CheckpointManifest manifest, IEnumerable<StoredTensor> model, IEnumerable<StoredTensor> optimizer);

    /// <summary>The newest checkpoint that is whole, of this and all earlier attempts; null where there is none.</summary>
    /// <param name="warn">Told of each damaged checkpoint, and of each that is passed over.</param>
    /// <param name="dataset">
    /// SHA-256 of the data set that the sweep is about: a checkpoint of other data, left by a first attempt that began while the data were
    /// changing, is passed over. Null where it is not known: whatever there is, is found.
    /// </param>
    Checkpoint? FindNewest(Action<string> warn, string? dataset = null);
}
