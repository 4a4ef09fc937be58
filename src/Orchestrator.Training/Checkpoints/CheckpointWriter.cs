namespace Orchestrator.Training.Checkpoints;

/// <summary>Writes checkpoints beside the training: the disk takes its time, and the next steps need nothing of it. One at a time, and
/// whoever trains is told of each on its own thread.</summary>
sealed class CheckpointWriter : IDisposable
{
    (Task<Checkpoint> Write, Action<Checkpoint> Written)? current;

    /// <summary>Begins to write one, once the one before is written and told.</summary>
    /// <param name="write">Writes what does not change any more; from another thread.</param>
    /// <param name="written">Told of it, by a later call of this object.</param>
    /// <inheritdoc cref="Finish"/>
    public void Begin(Func<Checkpoint> write, Action<Checkpoint> written)
    {
        Finish();
        current = (Task.Run(write), written);
    }

    /// <summary>Tells of what has been written meanwhile, and waits for nothing.</summary>
    /// <inheritdoc cref="Finish"/>
    public void Look()
    {
        if (current is { Write.IsCompleted: true })
            Finish();
    }

    /// <summary>Waits until all is written, and tells of it.</summary>
    /// <exception cref="StorageException">It cannot be written.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Finish()
    {
        if (current is not var (write, written))
            return;
        current = null;
        written(write.GetAwaiter().GetResult());
    }

    /// <summary>Waits too: the folder is nobody else's until then. What was written is told also where training failed; that failure is the
    /// one that counts.</summary>
    public void Dispose()
    {
        if (current is not var (write, written))
            return;
        current = null;
        Task.WaitAny(write);
        if (write.IsCompletedSuccessfully)
            written(write.GetAwaiter().GetResult());
    }
}
