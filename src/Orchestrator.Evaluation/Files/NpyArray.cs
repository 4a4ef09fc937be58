using Orchestrator.Sweeps;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Files;

/// <summary>NumPy's <c>.npy</c> format: a header as a Python literal, then the values.</summary>
static class NpyArray
{
    /// <summary>Bytes read at a time: the file never stands in memory beside the matrix.</summary>
    const int Chunk = 1 << 24;

    /// <param name="length">The length of the file, which is known before any of it is read.</param>
    /// <param name="what">Names it in errors.</param>
    /// <returns>float32 or float64 [n, d]; the caller's.</returns>
    /// <exception cref="FeatureFileException">Not a matrix of little-endian float32 or float64, or the file is cut.</exception>
    public static Tensor Read(Stream stream, long length, string what)
    {
        try
        {
            var header = NpyHeader.Read(stream, what);
            var (type, size) = header.Type switch
            {
                "<f4" or "=f4" => (ScalarType.Float32, 4),
                "<f8" or "=f8" => (ScalarType.Float64, 8),
                var other => throw new FeatureFileException(
                    $"{what}: values of type {Printable.Short(other)}; expected little-endian float32 (<f4) or float64 (<f8): save it with "
                        + "array.astype('<f4')"
                ),
            };
            if (header.Columns > FeatureFile.MostFeatures)
                throw new FeatureFileException($"{what}: {header.Columns} features a sample; at most {FeatureFile.MostFeatures} are read");
            var bytes = (Int128)header.Rows * header.Columns * size;
            if (bytes != length - header.Length)
                throw new FeatureFileException(
                    $"{what}: {length - header.Length} bytes of values where shape ({header.Rows}, {header.Columns}) needs {bytes}"
                );
            return Values(
                stream,
                type,
                header.IsColumnMajor ? [header.Columns, header.Rows] : [header.Rows, header.Columns],
                header.IsColumnMajor
            );
        }
        catch (EndOfStreamException cut)
        {
            throw new FeatureFileException($"{what}: the file is cut: {cut.Message}", cut);
        }
    }

    static Tensor Values(Stream stream, ScalarType type, long[] shape, bool turn)
    {
        using var scope = NewDisposeScope();
        var matrix = empty(shape, type);
        // TorchSharp's spans end at 2 GiB: in parts the matrix has no largest size.
        foreach (var part in matrix.flatten().split(Chunk / matrix.ElementSize))
            stream.ReadExactly(part.bytes);
        return (turn ? matrix.t().contiguous() : matrix).MoveToOuterDisposeScope();
    }
}
