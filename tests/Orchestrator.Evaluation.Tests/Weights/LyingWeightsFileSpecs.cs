using System.IO.Compression;
using System.Text;
using CsCheck;
using Orchestrator.Evaluation.Features.Inception;
using Orchestrator.Evaluation.Weights;
using Orchestrator.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Weights;

/// <summary>Files of weights that ask for more than they hold: a message, and never memory.</summary>
public sealed class LyingWeightsFileSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("30000,30000", "0,0", 1, 1)]
    [InlineData("2,3", "0,1", 3, 3)]
    [InlineData("1000000", "0", 4, 4)]
    [InlineData("2,2", "4,1", 5, 5)]
    [InlineData("2,2", "2147483646,1", 4, 4)]
    [InlineData("-2,-2", "1,1", 4, 4)]
    [InlineData("2,2", "-2,1", 4, 4)]
    [InlineData("2147483646,2147483646,2147483646,2147483646", "1,1,1,1", 4, 4)]
    [InlineData("4", "1", 2147483646, 4)]
    [InlineData("4", "1", 4, 3)]
    [InlineData("4", "1", 3, 4)]
    [InlineData("1,1,1,1,1,1,1,1,1", "1,1,1,1,1,1,1,1,1", 4, 4)]
    public void A_tensor_of_more_numbers_than_its_storage_holds_is_refused(string shape, string strides, long claimed, int held)
    {
        Refused("", Archive(StateDict([("a", "0", claimed, Numbers(shape), Numbers(strides))]), ("0", new byte[4 * held])));
    }

    [Fact]
    public void Many_names_of_one_storage_take_no_more_than_the_file_has()
    {
        var names = Enumerable.Range(0, 700).Select(i => ($"t{i}", "0", 1_000_000L, (long[])[1_000_000], (long[])[1]));
        Refused("they share their values", Archive(StateDict([.. names]), ("0", new byte[4_000_000])));
    }

    [Fact]
    public void Only_what_the_network_asks_for_is_read()
    {
        // The values of the second are missing, and nobody asks for them.
        var path = Written(Archive(StateDict([("a", "0", 4, [4], [1]), ("b", "1", 4, [4], [1])]), ("0", new byte[16])));
        Assert.Equal([4], WeightsFile.Open(path).Tensors(shapes => [shapes.Keys.First()])["a"].shape);
        Refused("no values 1", File.ReadAllBytes(path));
    }

    [Fact]
    public void Weights_of_another_network_are_refused_by_name_and_shape_before_values_are_read()
    {
        var shapes = InceptionTensors.Shapes;
        var lie = shapes.Select(tensor => (tensor.Key, "0", 1_300_000_000L, tensor.Value, Strides(tensor.Value))).ToArray();
        var path = Written(Archive(StateDict(lie), ("0", new byte[100])));
        Assert.Contains(
            "they share their values",
            Assert.Throws<WeightsException>(() => InceptionFeatures.Load(WeightsFile.Open(path))).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("ccollections\nOrderedDict\n)R(X\x01\0\0\0aK\x01K\x02K\x03t.")]
    [InlineData("(((((((.")]
    [InlineData("]q\0h\0a.")]
    [InlineData("}q\0X\x01\0\0\0ah\0s.")]
    [InlineData("r\xff\xff\xff\x7f.")]
    [InlineData("]r\xff\xff\xff\x7f.")]
    [InlineData("X\xff\xff\xff\x7f")]
    [InlineData("X\xff\xff\xff\xff")]
    [InlineData("c\n\n.")]
    [InlineData("}K\x01K\x02s.")]
    public void A_pickle_of_any_nonsense_is_refused(string pickle)
    {
        Refused("", Archive([0x80, 2, .. Encoding.Latin1.GetBytes(pickle)]));
        Refused("", [0x80, 2, .. Encoding.Latin1.GetBytes(pickle)]);
    }

    [Fact]
    public void Storages_that_are_no_list_of_names_are_refused()
    {
        var file = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Weights", "Samples", "state-dict-legacy.pth"));
        // The last pickle is the list of the storages' names: ']' begins it.
        var at = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)(byte[])[0x80, 2, (byte)']']);
        Assert.True(at > 0);
        Refused("no list of its storages", [.. file[..at], 0x80, 2, .. "]K\x01"u8, (byte)'a', (byte)'.']);
    }

    [Fact]
    public void What_is_no_regular_file_is_refused_at_once()
    {
        NamedPipe.Make(folder.At("pipe.pth"));
        using (var huge = File.Create(folder.At("huge.pth")))
            huge.SetLength(50L << 30);
        using (var sparse = File.Create(folder.At("sparse.pth")))
            sparse.SetLength(400L << 20);
        foreach (
            var (path, why) in new[]
            {
                (folder.At("pipe.pth"), "a named pipe"),
                ("/dev/zero", "a device"),
                (folder.Path, "a folder"),
                (folder.At("huge.pth"), "at most"),
            }
        )
            Assert.Contains(why, Assert.Throws<WeightsException>(() => WeightsFile.Open(path)).Message, StringComparison.Ordinal);
        Assert.Throws<WeightsException>(() => WeightsFile.Open(folder.At("sparse.pth")).Tensors());
    }

    [Theory]
    [InlineData("state-dict.pth")]
    [InlineData("state-dict-legacy.pth")]
    [InlineData("safetensors")]
    public void Any_damage_is_told_as_such(string sample)
    {
        var good =
            sample == "safetensors"
                ? Safetensors.Write([StoredTensor.From("one", tensor((float[])[1, 2])), StoredTensor.From("two", zeros([3, 2]))])
                : File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Weights", "Samples", sample));
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, 4 * good.Length])
            .Sample(
                (at, value, at2, value2, length) =>
                {
                    var bad = good.ToArray();
                    (bad[at], bad[at2]) = (value, value2);
                    var path = Written(bad[..Math.Min(length, bad.Length)]);
                    try
                    {
                        using var step = NewDisposeScope();
                        WeightsFile.Open(path).Tensors();
                    }
                    catch (WeightsException told)
                    {
                        Assert.StartsWith(path, told.Message, StringComparison.Ordinal);
                    }
                },
                iter: 5000,
                threads: 1
            );
    }

    void Refused(string why, byte[] content)
    {
        var path = Written(content);
        var refused = Assert.Throws<WeightsException>(() => WeightsFile.Open(path).Tensors());
        Assert.StartsWith(path, refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    string Written(byte[] content)
    {
        File.WriteAllBytes(folder.At("weights.pth"), content);
        return folder.At("weights.pth");
    }

    static long[] Numbers(string text) => [.. text.Split(',').Select(number => long.Parse(number, null))];

    static long[] Strides(long[] shape) => [.. shape.Select((_, at) => shape[(at + 1)..].Aggregate(1L, (product, size) => product * size))];

    static byte[] StateDict((string Name, string Storage, long Count, long[] Shape, long[] Strides)[] tensors)
    {
        using var pickle = new MemoryStream();
        pickle.Write([0x80, 2]);
        Write("}(");
        foreach (var (name, storage, count, shape, strides) in tensors)
        {
            Text(name);
            Write("ctorch._utils\n_rebuild_tensor_v2\n((");
            Text("storage");
            Write("ctorch\nFloatStorage\n");
            Text(storage);
            Text("cpu");
            Number(count);
            Write("tQK\0");
            Tuple(shape);
            Tuple(strides);
            Write("\u0089ccollections\nOrderedDict\n)RtR");
        }

        Write("u.");
        return pickle.ToArray();

        void Write(string text) => pickle.Write(Encoding.Latin1.GetBytes(text));

        void Text(string text)
        {
            pickle.Write([(byte)'X', .. BitConverter.GetBytes(text.Length)]);
            Write(text);
        }

        void Number(long number) => pickle.Write([0x8a, 8, .. BitConverter.GetBytes(number)]);

        void Tuple(long[] numbers)
        {
            Write("(");
            foreach (var number in numbers)
                Number(number);
            Write("t");
        }
    }

    static byte[] Archive(byte[] pickle, params (string Key, byte[] Values)[] storages)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
            foreach (
                var (name, content) in storages.Select(storage => ($"data/{storage.Key}", storage.Values)).Prepend(("data.pkl", pickle))
            )
            {
                using var entry = archive.CreateEntry($"archive/{name}", CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }

        return buffer.ToArray();
    }
}
