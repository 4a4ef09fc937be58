using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using static System.FormattableString;

namespace Orchestrator.Cluster.Doctor;

/// <summary>Whether the data folder can be written, and has room. Nothing is left in it, and one that is not there is not made.</summary>
public static class FolderCheck
{
    public const string Name = "data folder";
    const string Disk = "disk";

    // What the system says, as .NET hands it on.
    const int NoSpace = 28,
        OverQuota = 122;
    const int Least = 1 << 20;
    const long LittleRoom = 1L << 30,
        FewFiles = 10_000;
    static readonly TimeSpan SlowWrite = TimeSpan.FromSeconds(1);

    public static Check Of(DataFolder folder, TimeProvider time) =>
        new(
            Name,
            $"see whether the file system of {folder.Root} answers (a network folder may be gone); mount it again",
            () => Look(folder, time)
        );

    static IEnumerable<Finding> Look(DataFolder folder, TimeProvider time)
    {
        var there = Nearest(folder.Root);
        if (File.Exists(there))
            return [Cannot($"{there} is a file, and no folder")];
        var state = there == folder.Root ? "can be written" : $"is not there yet, and can be made in {there}";
        // Even where nothing can be written it is told how much room there is.
        try
        {
            var taken = TryWriting(there, time);
            return [new Finding(Name, Verdict.Ok, $"{folder.Root} {state}"), Room(there, taken)];
        }
        catch (UnauthorizedAccessException)
        {
            return [Cannot("permission denied"), Room(there, null)];
        }
        catch (IOException error)
        {
            // The system's own words; what follows is the name of a file that nobody knows.
            var why = error.Message.Split(" : ")[0];
            return error.HResult is NoSpace or OverQuota
                ? [new Finding(Disk, Verdict.Problem, $"nothing can be written in {there}: {why}", MakeRoom)]
                : [Cannot(why), Room(there, null)];
        }

        Finding Cannot(string why) =>
            new(
                Name,
                Verdict.Problem,
                $"{folder.Root} cannot be {(there == folder.Root ? "written" : "made")} by user {Environment.UserName}: {why}",
                "give another one (--data-dir), or the right to write there"
            );
    }

    const string MakeRoom = "make room, or give a --data-dir on another disk";

    static string Nearest(string folder)
    {
        var nearest = folder;
        while (!Path.Exists(nearest) && Path.GetDirectoryName(nearest) is { } parent)
            nearest = parent;
        return nearest;
    }

    /// <returns>How long it took a small file to reach the disk.</returns>
    static TimeSpan TryWriting(string folder, TimeProvider time)
    {
        var began = time.GetTimestamp();
        var file = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.DeleteOnClose,
        };
        using var stream = new FileStream(Path.Combine(folder, $".doctor-{Environment.ProcessId}-{Guid.NewGuid():N}"), file);
        stream.Write(new byte[Least]);
        stream.Flush(flushToDisk: true);
        return time.GetElapsedTime(began);
    }

    static Finding Room(string folder, TimeSpan? taken)
    {
        var system = FileSystem.Of(folder);
        var files = system.FreeFiles is { } number ? Invariant($", room for {number:N0} more files") : "";
        var write = taken is { } time ? Invariant($"; 1 MiB reached the disk in {time.TotalMilliseconds:N0} ms") : "";
        var found = $"{ByteSize.Text(system.FreeBytes)} of {ByteSize.Text(system.SizeBytes)} free{files}{write}";
        return system.FreeBytes < LittleRoom || system.FreeFiles < FewFiles ? new Finding(Disk, Verdict.Warning, found, MakeRoom)
            : taken > SlowWrite
                ? new Finding(Disk, Verdict.Warning, found, "every decision waits for the disk: take a faster one for the journal")
            : new Finding(Disk, Verdict.Ok, found);
    }
}
