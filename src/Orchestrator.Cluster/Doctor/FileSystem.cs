using System.Runtime.InteropServices;

namespace Orchestrator.Cluster.Doctor;

/// <summary>Room of the file system of a folder, as this user may use it.</summary>
/// <param name="FreeFiles">How many more files it holds; null where it sets no number, or the system does not tell.</param>
readonly partial record struct FileSystem(long FreeBytes, long SizeBytes, long? FreeFiles)
{
    // The fields of statvfs from the fragment's size on, each of 64 bits: size, blocks, free, available, files, free, available.
    const int FragmentSize = 1,
        Files = 5,
        AvailableFiles = 7;

    /// <exception cref="IOException">The folder is not there, or its file system does not answer.</exception>
    public static FileSystem Of(string folder)
    {
        var drive = new DriveInfo(folder);
        return new FileSystem(drive.AvailableFreeSpace, drive.TotalSize, FreeFilesOf(folder));
    }

    static long? FreeFilesOf(string folder)
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
            return null;
        Span<ulong> found = stackalloc ulong[32];
        return StatVfs(folder, ref MemoryMarshal.GetReference(found)) == 0 && found[FragmentSize] > 0 && found[Files] > 0
            ? (long)Math.Min(found[AvailableFiles], long.MaxValue)
            : null;
    }

    [LibraryImport("libc", EntryPoint = "statvfs", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatVfs(string path, ref ulong found);
}
