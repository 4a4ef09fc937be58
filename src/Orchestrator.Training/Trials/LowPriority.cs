using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Orchestrator.Training.Trials;

/// <summary>Work that gives way to everything else: training must never starve the heartbeats of its node.</summary>
static partial class LowPriority
{
    const int PrioProcess = 0,
        CallingThread = 0,
        Nice = 10;

    /// <summary>From now on for the calling thread and the threads it starts; where a system has no such thing, for the whole
    /// process.</summary>
    public static void Enter()
    {
        if (OperatingSystem.IsLinux())
            _ = SetPriority(PrioProcess, CallingThread, Nice);
        else
            Process.GetCurrentProcess().PriorityClass = ProcessPriorityClass.BelowNormal;
    }

    [LibraryImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    private static partial int SetPriority(int which, int who, int nice);
}
