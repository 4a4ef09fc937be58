using System.Runtime.InteropServices;

namespace Orchestrator.Doctor;

/// <summary>What the system allows this process: what <c>ulimit</c> of a shell shows.</summary>
static partial class ResourceLimit
{
    // Numbers of Linux.
    const int Processes = 6,
        Files = 7;

    /// <summary>How many files it may have open; null where there is no limit, or the system does not tell.</summary>
    public static ulong? OpenFiles => Of(Files);

    /// <summary>How many processes and threads its user may have, of all programs together; null as above. It does not bind root.</summary>
    public static ulong? UserProcesses => Environment.IsPrivilegedProcess ? null : Of(Processes);

    static ulong? Of(int resource) =>
        OperatingSystem.IsLinux() && GetLimit(resource, out var limit) == 0 && limit.Soft != ulong.MaxValue ? limit.Soft : null;

    struct Limit
    {
        public ulong Soft,
            Hard;
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);
}
