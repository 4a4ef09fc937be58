using System.Runtime.InteropServices;
using Orchestrator.Cluster.Protocol;

namespace Orchestrator.Cluster.Doctor;

/// <summary>Whether the system keeps the clock of this machine synchronised, as far as it tells.</summary>
static partial class ClockCheck
{
    public const string Name = "clock";
    public const string Synchronise =
        "let the system keep it (chrony, or timedatectl set-ntp true), else times of different machines do not fit together";

    // Of timex, with 64-bit longs: its size, and where its flags are; they say that nobody synchronises the clock.
    const int Size = 208,
        Status = 40,
        Unsynchronised = 0x40;

    public static Check Check { get; } = new(Name, "see why the system does not tell its time", Look);

    static IEnumerable<Finding> Look() =>
        IsSynchronised() switch
        {
            true => [new Finding(Name, Verdict.Ok, "synchronised")],
            false => [new Finding(Name, Verdict.Warning, "nothing synchronises the clock of this machine", Synchronise)],
            null => [new Finding(Name, Verdict.Ok, "the system does not tell whether it is synchronised")],
        };

    // A virtual machine or container without the right to ask, and other systems, tell nothing.
    static bool? IsSynchronised()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
            return null;
        Span<byte> clock = stackalloc byte[Size];
        return Ask(ref MemoryMarshal.GetReference(clock)) < 0 ? null : (BitConverter.ToInt32(clock[Status..]) & Unsynchronised) == 0;
    }

    // With no change named in it, it only tells.
    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int Ask(ref byte clock);
}
