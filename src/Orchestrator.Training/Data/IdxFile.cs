using System.Buffers.Binary;
using System.IO.Compression;
using Orchestrator.Training.Files;

namespace Orchestrator.Training.Data;

/// <summary>An IDX file of unsigned bytes, as MNIST uses: 0, 0, 8, rank, then each size as a big-endian 32-bit number, then the
/// values.</summary>
sealed record IdxFile(int[] Sizes, byte[] Values)
{
    const int UnsignedByte = 8;

    /// <exception cref="DatasetException">The file cannot be read or is not such a file of this rank.</exception>
    public static IdxFile Read(string path, int rank)
    {
        try
        {
            using var file = RegularFile.Open(path, Array.MaxLength);
            return path.EndsWith(".gz", StringComparison.Ordinal) ? Unpacked(file, rank) : Plain(file, rank);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path}: {e.Message}", e);
        }
    }

    static IdxFile Plain(FileStream file, int rank)
    {
        var sizes = Header(file, rank);
        // Before memory is taken for what the header promises.
        if (file.Length - file.Position is var found && found != Count(sizes))
            throw Expected(sizes, found);
        return new IdxFile(sizes, ReadExactly(file, sizes));
    }

    static IdxFile Unpacked(FileStream file, int rank)
    {
        int[] sizes;
        using (var content = Open())
            sizes = Header(content, rank);
        Growth.Check(HeaderLength(rank) + Count(sizes), file.Length, Open);
        using var whole = Open();
        Header(whole, rank);
        return new IdxFile(sizes, ReadExactly(whole, sizes));

        Stream Open()
        {
            file.Position = 0;
            return new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
        }
    }

    static int HeaderLength(int rank) => 4 + 4 * rank;

    static long Count(int[] sizes) => sizes.Aggregate(1L, (product, size) => product * size);

    static int[] Header(Stream content, int rank)
    {
        Span<byte> header = stackalloc byte[HeaderLength(rank)];
        var got = content.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (got < header.Length)
            throw new InvalidDataException($"expected an IDX header of {header.Length} bytes, found a file of {got} bytes");
        if (header[0] != 0 || header[1] != 0 || header[2] != UnsignedByte || header[3] != rank)
            throw new InvalidDataException(
                $"expected an IDX file of unsigned bytes of rank {rank} (first bytes 00 00 08 {rank:x2}), found "
                    + $"{Convert.ToHexStringLower(header[..4])}"
            );

        var sizes = new int[rank];
        var count = 1L;
        for (var i = 0; i < rank; i++)
        {
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(header[(4 + 4 * i)..]);
            count *= sizes[i];
            if (sizes[i] <= 0 || count > Array.MaxLength)
                throw new InvalidDataException($"expected sizes above 0 that fit into memory, found size {sizes[i]} in position {i}");
        }

        return sizes;
    }

    static byte[] ReadExactly(Stream content, int[] sizes)
    {
        var values = new byte[Count(sizes)];
        var found = content.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
        return found == values.Length && content.ReadByte() < 0 ? values : throw Expected(sizes, found < values.Length ? found : null);
    }

    static InvalidDataException Expected(int[] sizes, long? found) =>
        new($"expected {Count(sizes)} values after the header, found {(found is { } number ? $"{number}" : "more")}");
}
