using System.IO.Compression;
using System.Text;
using Orchestrator.Evaluation.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Files;

public sealed class FeatureFileSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Npy_of_both_widths_and_orders_is_read()
    {
        Assert.Equal([1.0, 2, 3, 4, 5, 6], Values(Written("a.npy", Npy("<f4", "False", "2, 3", Bytes(1f, 2f, 3f, 4f, 5f, 6f)))));
        Assert.Equal([1.0, 2, 3, 4, 5, 6], Values(Written("b.npy", Npy("<f8", "True", "2, 3", Bytes(1.0, 4.0, 2.0, 5.0, 3.0, 6.0)))));
    }

    [Fact]
    public void Npz_with_one_array_or_one_named_features_is_read()
    {
        Assert.Equal([1.0, 2], Values(Zip("one.npz", "arr_0")));
        Assert.Equal([1.0, 2], Values(Zip("named.npz", "labels", "features")));
        Refused("labels, more; expected one array", Zip("two.npz", "labels", "more"));
    }

    [Fact]
    public void Csv_is_read_with_or_without_names_of_columns()
    {
        Assert.Equal([1.0, -2.5, 3e-3, 4], Values(Written("a.csv", "1,-2.5\n3e-3, 4\n"u8.ToArray())));
        Assert.Equal([1.0, 2], Values(Written("b.csv", "x,y\n1,2\n"u8.ToArray())));
    }

    [Theory]
    [InlineData("1,2\n3\n", "line 2: 1 values where the lines before have 2")]
    [InlineData("1,2\n3,four\n", "line 2: 'four' is no number")]
    [InlineData("x,y\n", "holds no numbers")]
    public void A_csv_that_is_no_matrix_is_refused_by_line(string text, string why) =>
        Refused(why, Written("a.csv", Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void An_array_that_is_no_matrix_of_floats_is_refused()
    {
        Refused("values of type <i8", Written("a.npy", Npy("<i8", "False", "1, 1", new byte[8])));
        Refused("shape (4)", Written("a.npy", Npy("<f4", "False", "4,", new byte[16])));
        Refused("8 bytes of values where shape (2, 2) needs 16", Written("a.npy", Npy("<f4", "False", "2, 2", new byte[8])));
        Refused("not a .npy file", Written("a.npy", "nothing of the kind"u8.ToArray()));
        Refused("cut", Written("a.npy", [0x93, .. "NUM"u8]));
        Refused("none.npy", folder.At("none.npy"));
    }

    static double[] Values(string path) => FeatureFile.Read(path).Features.to(ScalarType.Float64).data<double>().ToArray();

    static void Refused(string why, string path) =>
        Assert.Contains(why, Assert.Throws<FeatureFileException>(() => FeatureFile.Read(path)).Message, StringComparison.Ordinal);

    string Written(string name, byte[] content)
    {
        File.WriteAllBytes(folder.At(name), content);
        return folder.At(name);
    }

    string Zip(string name, params string[] arrays)
    {
        using var archive = ZipFile.Open(folder.At(name), ZipArchiveMode.Create);
        foreach (var array in arrays)
        {
            using var entry = archive.CreateEntry($"{array}.npy").Open();
            entry.Write(Npy("<f4", "False", "1, 2", Bytes(1f, 2f)));
        }

        return folder.At(name);
    }

    static byte[] Npy(string type, string columnMajor, string shape, byte[] values)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': {columnMajor}, 'shape': ({shape}), }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.Latin1.GetBytes(header), .. values];
    }

    static byte[] Bytes(params float[] values) => [.. values.SelectMany(value => BitConverter.GetBytes(value))];

    static byte[] Bytes(params double[] values) => [.. values.SelectMany(value => BitConverter.GetBytes(value))];
}
