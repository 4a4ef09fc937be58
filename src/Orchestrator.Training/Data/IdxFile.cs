using System.Buffers.Binary;
using System.IO.Compression;

namespace Orchestrator.Training.Data;

/// <summary>An IDX file of unsigned bytes, as MNIST uses: 0, 0, 8, rank, then each size as a big-endian 32-bit number, then the values.</summary>
sealed record IdxFile(int[] Sizes, byte[] Values)
{
    const int UnsignedByte = 8;

    /// <exception cref="DatasetException">The file cannot be read or is not such a file of this rank.</exception>
    public static IdxFile Read(string path, int rank)
    {
        try
        {
            using var file = File.OpenRead(path);
            using Stream content = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
            return Read(content, rank);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path}: {e.Message}", e);
        }
    }

    static IdxFile Read(Stream content, int rank)
    {
        Span<byte> header = stackalloc byte[4 + 4 * rank];
        var got = content.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (got < header.Length)
            throw new InvalidDataException($"expected an IDX header of {header.Length} bytes, found a file of {got} bytes");
        if (header[0] != 0 || header[1] != 0 || header[2] != UnsignedByte || header[3] != rank)
            throw new InvalidDataException(
                $"expected an IDX file of unsigned bytes of rank {rank} (first bytes 00 00 08 {rank:x2}), found {Convert.ToHexStringLower(header[..4])}");

        var sizes = new int[rank];
        var count = 1L;
        for (var i = 0; i < rank; i++)
        {
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(header[(4 + 4 * i)..]);
            count *= sizes[i];
            if (sizes[i] <= 0 || count > Array.MaxLength)
                throw new InvalidDataException($"expected sizes above 0 that fit into memory, found size {sizes[i]} in position {i}");
        }

        return new IdxFile(sizes, ReadExactly(content, (int)count));
    }

    static byte[] ReadExactly(Stream content, int count)
    {
        // Grows with what is really there, so that a header that lies costs no memory.
        using var values = new MemoryStream(Math.Min(count, 1 << 20));
        content.CopyTo(values);
        return values.Length == count
            ? values.ToArray()
            : throw new InvalidDataException($"expected {count} values after the header, found {values.Length}");
    }
}
