using System.Runtime.InteropServices;

namespace Orchestrator.Cluster.Processes;

/// <summary>What .NET's process class cannot do: ask a process to leave, and end one by its number alone.</summary>
static partial class PosixSignals
{
    const int Sigkill = 9,
        Sigterm = 15;

    public static void Terminate(int processId) => _ = Send(processId, Sigterm);

    /// <returns>False where there is no such process, or it is not ours to end.</returns>
    public static bool Kill(int processId) => Send(processId, Sigkill) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Send(int processId, int signal);
}
