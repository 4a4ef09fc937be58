using System.Runtime.InteropServices;

namespace Orchestrator.Training.Files;

public enum PathKind
{
    RegularFile,
    Folder,
    NamedPipe,
    Device,
    Socket,
}

/// <summary>What a path leads to, links followed, and which file or folder that is, whatever its names. Nothing is opened: opening a named
/// pipe waits for its writer.</summary>
/// <param name="Identity">Equal for two paths to the same file or folder.</param>
public readonly record struct PathFacts(PathKind Kind, string Identity)
{
    const int AtWorkingFolder = -100,
        BasicStatistics = 0x7ff,
        NoEntry = 2,
        NotAFolder = 20,
        TooManyLinks = 40;

    /// <exception cref="IOException">Nothing is there, or its links lead round in a circle.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder on the way may not be entered.</exception>
    public static PathFacts Of(string path)
    {
        if (!OperatingSystem.IsLinux())
            return Elsewhere(path);

        // struct statx of the kernel has one layout on every architecture: the mode at 28, the inode at 32, the device at 136 and 140.
        Span<byte> found = stackalloc byte[256];
        if (Statx(AtWorkingFolder, path, 0, BasicStatistics, ref MemoryMarshal.GetReference(found)) != 0)
            throw Failure(Marshal.GetLastPInvokeError());
        var (mode, inode) = (BitConverter.ToUInt16(found[28..]), BitConverter.ToUInt64(found[32..]));
        var (major, minor) = (BitConverter.ToUInt32(found[136..]), BitConverter.ToUInt32(found[140..]));
        return new PathFacts(KindOf(mode), FormattableString.Invariant($"{major}:{minor}:{inode}"));
    }

    static PathKind KindOf(int mode) =>
        (mode >> 12) switch
        {
            8 => PathKind.RegularFile,
            4 => PathKind.Folder,
            1 => PathKind.NamedPipe,
            12 => PathKind.Socket,
            _ => PathKind.Device,
        };

    static Exception Failure(int error) =>
        error switch
        {
            NoEntry or NotAFolder => new FileNotFoundException("there is no such file"),
            TooManyLinks => new IOException("its links lead round in a circle"),
            13 or 1 => new UnauthorizedAccessException(Marshal.GetPInvokeErrorMessage(error)),
            _ => new IOException(Marshal.GetPInvokeErrorMessage(error)),
        };

    /// <summary>Windows and macOS: pipes and devices are not told from files.</summary>
    static PathFacts Elsewhere(string path)
    {
        var isFolder = File.GetAttributes(path).HasFlag(FileAttributes.Directory);
        FileSystemInfo entry = isFolder ? new DirectoryInfo(path) : new FileInfo(path);
        return new PathFacts(
            isFolder ? PathKind.Folder : PathKind.RegularFile,
            (entry.ResolveLinkTarget(returnFinalTarget: true) ?? entry).FullName
        );
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, ref byte found);
}
