using System.Runtime.InteropServices;

namespace Orchestrator.Training.Trials;

/// <summary>The way out of a child process.</summary>
public static partial class ProcessEnd
{
    /// <summary>Ends this process, without what libraries do when they are unloaded; what was written to streams must have been
    /// flushed.</summary>
    public static void Now(int code)
    {
        Console.Error.Flush();
        if (OperatingSystem.IsLinux())
            Exit(code);
        Environment.Exit(code);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int code);
}
