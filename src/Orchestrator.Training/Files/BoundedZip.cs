using System.Buffers.Binary;
using System.IO.Compression;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Training.Files;

/// <summary>Opens ZIP archives that come from outside: few entries, each name once, none that grows out of proportion.</summary>
public static class BoundedZip
{
    /// <summary>The most that the list of entries takes at the archive's end, in bytes: tens of thousands of entries.</summary>
    const long LargestList = 1 << 20;

    const int EndRecord = 22,
        LongestComment = ushort.MaxValue;

    /// <param name="file">Seekable; stays the caller's.</param>
    /// <exception cref="InvalidDataException">Damaged, too long a list of entries, or one name twice.</exception>
    public static ZipArchive Open(Stream file)
    {
        if (ListLength(file) is var length and > LargestList)
            throw new InvalidDataException(
                $"the archive's list of entries takes {ByteSize.Text(length)}; at most {ByteSize.Text(LargestList)} are read"
            );
        var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        if (archive.Entries.GroupBy(entry => entry.FullName).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidDataException($"the archive holds {Printable.Short(twice.Key)} {twice.Count()} times");
        return archive;
    }

    /// <summary>The content of an entry, at most as long as it is said to be.</summary>
    /// <param name="archive">Bytes of the whole archive.</param>
    /// <exception cref="InvalidDataException">It would grow out of proportion, or is said to take more than the archive has.</exception>
    public static Stream Content(ZipArchiveEntry entry, long archive)
    {
        if (entry.CompressedLength > archive)
            throw new InvalidDataException(
                $"{Printable.Short(entry.FullName)} is said to take {entry.CompressedLength} bytes of an archive of {archive}"
            );
        Growth.Check(entry.Length, entry.CompressedLength, entry.Open);
        return new LimitedStream(entry.Open(), entry.Length);
    }

    /// <summary>Found as the library finds it: at the last end record. Where that gives another place for its numbers, the list is longer
    /// than any of ours.</summary>
    static long ListLength(Stream file)
    {
        var tail = new byte[Math.Min(file.Length, EndRecord + LongestComment)];
        file.Seek(-tail.Length, SeekOrigin.End);
        file.ReadExactly(tail);
        var at = tail.AsSpan().LastIndexOf("PK\x5\x6"u8);
        if (at < 0 || tail.Length - at < EndRecord)
            throw new InvalidDataException("the archive is cut: its list of entries is missing");
        var (count, start) = (
            BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(at + 10)),
            BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(at + 16))
        );
        return count == ushort.MaxValue || start == uint.MaxValue ? long.MaxValue : file.Length - tail.Length + at - start;
    }
}
