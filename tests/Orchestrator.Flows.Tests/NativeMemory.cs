using System.Runtime.InteropServices;

namespace Orchestrator.Flows.Tests;

/// <summary>What glibc tells of the memory that it has given away.</summary>
static partial class NativeMemory
{
    /// <returns>Bytes.</returns>
    public static long InUse()
    {
        var information = mallinfo2();
        return (long)(information.MappedBytes + information.UsedBytes);
    }

    [LibraryImport("libc")]
    private static partial MallocInformation mallinfo2();

    [StructLayout(LayoutKind.Sequential)]
    readonly struct MallocInformation
    {
        readonly nuint arena,
            freeChunks,
            fastChunks,
            mappings;

        public readonly nuint MappedBytes;

        readonly nuint most,
            fastBytes;

        public readonly nuint UsedBytes;

        readonly nuint freeBytes,
            top;
    }
}
