using System.Buffers.Binary;
using System.IO.Compression;

namespace Orchestrator.Page.Tests.Fake;

/// <summary>A sheet of 10 by 10 little blots, as a grey PNG (ISO/IEC 15948).</summary>
static class FakePicture
{
    const int Tile = 8,
        Tiles = 10,
        Side = Tile * Tiles;

    public static byte[] Png(int seed)
    {
        using var pixels = new MemoryStream();
        using (var zip = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
            for (var y = 0; y < Side; y++)
            {
                zip.WriteByte(0);
                for (var x = 0; x < Side; x++)
                    zip.WriteByte(Grey(seed, x, y));
            }

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Side);
        header[8] = 8;
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, pixels.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    static byte Grey(int seed, int x, int y)
    {
        var tile = y / Tile * Tiles + x / Tile;
        var (a, b) = (x % Tile - 3.5 - 2 * FakeFigures.Noise(seed, tile), y % Tile - 3.5);
        var ring = Math.Abs(Math.Sqrt(a * a + b * b * (0.4 + FakeFigures.Noise(seed + 1, tile))) - 2.2);
        return (byte)(255 * Math.Max(0, 1 - ring));
    }

    static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(data, Crc(type, uint.MaxValue)));
        file.Write(number);
    }

    static uint Crc(ReadOnlySpan<byte> data, uint crc)
    {
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xedb88320 & (uint)-(int)(crc & 1));
        }

        return crc;
    }
}
