namespace Orchestrator.Training.Trials;

/// <summary>Collects the garbage of a training loop between two steps, where no native call is under way that might still read what is
/// freed.</summary>
/// <remarks>The numbers in tensor expressions are objects that are garbage while native code reads them; a child process is started so that
/// hardly any collection comes by itself.</remarks>
static class SafeCollection
{
    /// <summary>Some megabytes of managed objects, and the native memory that they hold.</summary>
    const int Steps = 50;

    public static void After(long step)
    {
        if (step % Steps != 0)
            return;
        GC.Collect(generation: 1);
        GC.WaitForPendingFinalizers();
    }
}
