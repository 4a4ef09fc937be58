namespace Orchestrator.Evaluation.Features;

/// <summary>A file that one holder among all threads and processes of a machine has open; the system frees it with its holder, however that
/// ends.</summary>
sealed class FileLock : IDisposable
{
    static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    /// <summary>Errors that mean "held by another": EAGAIN on Linux and on macOS, a sharing violation on Windows.</summary>
    static readonly int[] Held = [11, 35, unchecked((int)0x80070020)];

    readonly FileStream file;

    FileLock(FileStream file) => this.file = file;

    /// <summary>Waits as long as another has it.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public static FileLock Acquire(string path, CancellationToken cancel)
    {
        while (true)
            try
            {
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (Held.Contains(e.HResult))
            {
                cancel.WaitHandle.WaitOne(Between);
                cancel.ThrowIfCancellationRequested();
            }
    }

    public void Dispose() => file.Dispose();
}
