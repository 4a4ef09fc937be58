using System.Runtime.InteropServices;

namespace Orchestrator.Cluster.Processes;

/// <summary>The one thing .NET's process class cannot do: ask a process to leave.</summary>
static partial class PosixSignals
{
    const int Sigterm = 15;

    public static void Terminate(int processId) => _ = Kill(processId, Sigterm);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
