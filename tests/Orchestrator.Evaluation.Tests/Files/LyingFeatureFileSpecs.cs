using System.IO.Compression;
using System.Text;
using CsCheck;
using Orchestrator.Evaluation.Files;

namespace Orchestrator.Evaluation.Tests.Files;

/// <summary>Files of features that are not what they say: a message, whatever they hold.</summary>
public sealed class LyingFeatureFileSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("(-3, -4)", "shape (-3, -4)")]
    [InlineData("('a', 4)", "whole numbers")]
    [InlineData("(3.0, 4)", "whole numbers")]
    [InlineData("(0, 4)", "expected a matrix")]
    [InlineData("(12,)", "expected a matrix")]
    [InlineData("()", "expected a matrix")]
    [InlineData("(12)", "expected a matrix")]
    [InlineData("12", "not one of NumPy's")]
    [InlineData("None", "not one of NumPy's")]
    [InlineData("(3, 4", "not one of NumPy's")]
    [InlineData("(3, 4), 'shape': (3, 4)", "not one of NumPy's")]
    [InlineData("(3, [4])", "whole numbers")]
    [InlineData("(99999999999999999999, 4)", "whole numbers")]
    [InlineData("(9223372036854775807, 4)", "needs 147573952589676412912")]
    [InlineData("(4611686018427387904, 4)", "needs 73786976294838206464")]
    [InlineData("(1, 9223372036854775807)", "at most 1048576")]
    [InlineData("(3, 5)", "48 bytes of values where shape (3, 5) needs 60")]
    [InlineData("(2, 4)", "48 bytes of values where shape (2, 4) needs 32")]
    public void A_shape_that_is_none_is_refused(string shape, string why) =>
        Refused(why, Written("a.npy", Npy($"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}")));

    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (3, 4)}", "values of type >f4; expected little-endian")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (3, 4)}", "values of type |O")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3, 4)}", "values of type a structure")]
    [InlineData("{'descr': '<f4', 'fortran_order': 'no', 'shape': (3, 4)}", "not one of NumPy's")]
    [InlineData("{'descr': '<f4', 'shape': (3, 4)}", "not one of NumPy's")]
    [InlineData("[]", "not one of NumPy's")]
    [InlineData("", "not one of NumPy's")]
    [InlineData("__import__('os').system('true')", "not one of NumPy's")]
    public void A_header_that_is_none_is_refused(string header, string why) => Refused(why, Written("a.npy", Npy(header)));

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (3L, 4L), }")]
    [InlineData("{'shape': (3, 4), 'fortran_order': False, 'descr': '<f4'}")]
    [InlineData("{\"descr\": \"<f4\", \"fortran_order\": False, \"shape\": (3,4,)}")]
    public void Headers_of_other_writers_are_read(string header)
    {
        using var read = FeatureFile.Read(Written("a.npy", Npy(header))).Features;
        Assert.Equal([3, 4], read.shape);
    }

    [Fact]
    public void An_archive_is_refused_before_it_grows()
    {
        Refused("holds features.npy 2 times", Zip("twice.npz", ("features.npy", Npy(Good)), ("features.npy", Npy(Good))));
        Refused("holds a.npy 2 times", Zip("twice.npz", ("a.npy", Npy(Good)), ("a.npy", Npy(Good))));
        var header = Npy("{'descr': '<f4', 'fortran_order': False, 'shape': (50000, 2048), }", 0);
        Refused("more than 100 times is not unpacked", Zip("bomb.npz", ("features.npy", [.. header, .. new byte[50_000 * 2048 * 4]])));
        Refused(
            "the archive's list of entries",
            Zip("many.npz", [.. Enumerable.Range(0, 40_000).Select(i => ($"{i}.npy", Array.Empty<byte>()))])
        );
        Refused("cut", Written("cut.npz", File.ReadAllBytes(Zip("whole.npz", ("features.npy", Npy(Good))))[..^30]));
    }

    [Fact]
    public void What_is_no_regular_file_is_refused_at_once()
    {
        foreach (var ending in new[] { "npy", "npz", "csv" })
        {
            NamedPipe.Make(folder.At($"pipe.{ending}"));
            File.CreateSymbolicLink(folder.At($"zero.{ending}"), "/dev/zero");
            File.CreateSymbolicLink(folder.At($"nothing.{ending}"), "nothing");
            File.CreateSymbolicLink(folder.At($"kernel.{ending}"), "/proc/self/maps");
            Directory.CreateDirectory(folder.At($"folder.{ending}"));
            using (var sparse = File.Create(folder.At($"sparse.{ending}")))
                sparse.SetLength(900L << 20);
            using (var huge = File.Create(folder.At($"huge.{ending}")))
                huge.SetLength(100L << 30);
            Refused("a named pipe", folder.At($"pipe.{ending}"));
            Refused("a device", folder.At($"zero.{ending}"));
            Refused("no such file", folder.At($"nothing.{ending}"));
            Refused("0 bytes", folder.At($"kernel.{ending}"));
            Refused("a folder", folder.At($"folder.{ending}"));
            Refused("sparse", folder.At($"sparse.{ending}"));
            Refused("100 GiB; at most", folder.At($"huge.{ending}"));
        }
    }

    [Fact]
    public void A_line_without_an_end_is_refused_before_it_is_held() =>
        Refused("line 2: longer than 1048576 bytes", Written("a.csv", [.. "1.5,2.5\n"u8, .. Enumerable.Repeat((byte)'1', 50_000_000)]));

    [Theory]
    [InlineData("npy")]
    [InlineData("npz")]
    [InlineData("csv")]
    public void Any_damage_is_told_as_such(string ending)
    {
        var good = ending switch
        {
            "npy" => Npy(Good),
            "npz" => File.ReadAllBytes(Zip("good.npz", ("features.npy", Npy(Good)), ("labels.npy", Npy(Good)))),
            _ => "a,b,\"c\"\n1.5,2e-3,3\n-4,5.25,nan\n0,1,2\n"u8.ToArray(),
        };
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, 4 * good.Length])
            .Sample(
                (at, value, length) =>
                {
                    var bad = good.ToArray();
                    bad[at] = value;
                    try
                    {
                        FeatureFile.Read(Written($"bad.{ending}", bad[..Math.Min(length, bad.Length)])).Features.Dispose();
                    }
                    catch (FeatureFileException told)
                    {
                        Assert.StartsWith(folder.At($"bad.{ending}"), told.Message, StringComparison.Ordinal);
                        Assert.DoesNotContain(told.Message, char.IsControl);
                    }
                },
                iter: 3000,
                threads: 1
            );
    }

    const string Good = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }";

    static void Refused(string why, string path)
    {
        var refused = Assert.Throws<FeatureFileException>(() => FeatureFile.Read(path));
        Assert.StartsWith(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    string Written(string name, byte[] content)
    {
        File.WriteAllBytes(folder.At(name), content);
        return folder.At(name);
    }

    string Zip(string name, params (string Name, byte[] Content)[] entries)
    {
        File.Delete(folder.At(name));
        using var archive = ZipFile.Open(folder.At(name), ZipArchiveMode.Create);
        foreach (var (entry, content) in entries)
        {
            using var stream = archive.CreateEntry(entry).Open();
            stream.Write(content);
        }

        return folder.At(name);
    }

    static byte[] Npy(string header, int values = 48)
    {
        var text = header.PadRight(117) + "\n";
        return
        [
            0x93,
            .. "NUMPY"u8,
            1,
            0,
            .. BitConverter.GetBytes((ushort)text.Length),
            .. Encoding.Latin1.GetBytes(text),
            .. new byte[values],
        ];
    }
}
