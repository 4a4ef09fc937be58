using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Orchestrator.Training.Checkpoints;
using static TorchSharp.torch;

namespace Orchestrator.Training.Tests.Checkpoints;

public sealed class SafetensorsSpecs
{
    [Fact]
    public void Tensors_of_every_type_come_back_as_they_were()
    {
        using var scope = NewDisposeScope();
        Tensor[] tensors =
        [
            randn(3, 4),
            randn([2, 2, 2], float64),
            arange(5, int64),
            zeros(0),
            tensor(7L),
            ones([3], ScalarType.Bool),
            randint(0, 256, [9], ScalarType.Byte),
        ];
        var stored = tensors.Select((t, i) => StoredTensor.From($"t{i}", t)).ToArray();
        var read = Safetensors.Read(Safetensors.Write(stored), "file");

        Assert.Equal(tensors.Length, read.Count);
        for (var i = 0; i < tensors.Length; i++)
        {
            var back = read[$"t{i}"].ToTensor();
            Assert.Equal(tensors[i].dtype, back.dtype);
            Assert.Equal(tensors[i].shape, back.shape);
            Assert.Equal(tensors[i].bytes.ToArray(), back.bytes.ToArray());
        }
    }

    [Fact]
    public void A_view_is_stored_by_its_values()
    {
        using var scope = NewDisposeScope();
        var view = arange(12, int64).reshape(3, 4).t();
        Assert.Equal(
            [0L, 4, 8, 1],
            Safetensors.Read(Safetensors.Write([StoredTensor.From("t", view)]), "file")["t"].ToTensor().data<long>().Take(4)
        );
    }

    [Fact]
    public void Bytes_do_not_depend_on_the_order_of_the_tensors_and_follow_the_published_format()
    {
        StoredTensor[] tensors = [Bytes("a", 1, 2, 3), new("b", ScalarType.Int64, [1], BitConverter.GetBytes(5L))];
        var file = Safetensors.Write(tensors);
        Assert.Equal(file, Safetensors.Write(tensors.Reverse()));
        Assert.Equal(Safetensors.Write([Bytes("a", 1), Bytes("b", 2)]), Safetensors.Write([Bytes("b", 2), Bytes("a", 1)]));

        const string header =
            """{"b":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}""";
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        Assert.Equal(0, length % 8);
        Assert.Equal(header, Encoding.UTF8.GetString(file, 8, length).TrimEnd(' '));
        Assert.Equal([5, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3], file[(8 + length)..]);
    }

    [Fact]
    public void Metadata_of_other_writers_is_skipped() =>
        Assert.Equal(
            ["b"],
            Safetensors
                .Read(File("""{"__metadata__":{"format":"pt"},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 2), "file")
                .Keys
        );

    [Theory]
    [InlineData("not json", "")]
    [InlineData("[]", "")]
    [InlineData("""{"b":{"dtype":"U8","shape":[3],"data_offsets":[0,2]}}""", "needs 3 bytes")]
    [InlineData("""{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", "1 bytes after the last tensor")]
    [InlineData("""{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", "where 0 was expected")]
    [InlineData("""{"b":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "in 2 bytes of values")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""",
        "where 2 was expected"
    )]
    [InlineData("""{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", "")]
    [InlineData("""{"b":{"dtype":"U8","shape":[0],"data_offsets":[0,-1]}}""", "where 0 was expected")]
    [InlineData("""{"b":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}""", "type BF16; expected one of F64")]
    [InlineData("""{"b":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}""", "a size below 0")]
    [InlineData("""{"b":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,2]}}""", "overflow")]
    [InlineData("""{"b":{"dtype":"U8","shape":[2]}}""", "data_offsets is missing")]
    [InlineData("""{"b":{"shape":[2],"data_offsets":[0,2]}}""", "")]
    [InlineData("""{"b":{"dtype":"U8","shape":[2],"data_offsets":[0]}}""", "must be two numbers")]
    [InlineData("""{"b":5}""", "")]
    [InlineData("""{"b":{"dtype":"U8","shape":[1.5],"data_offsets":[0,2]}}""", "")]
    public void A_header_that_does_not_fit_its_values_is_refused(string header, string expected)
    {
        var error = Assert.Throws<CheckpointException>(() => Safetensors.Read(File(header, 2), "some/file"));
        Assert.StartsWith("some/file: not a whole safetensors file: ", error.Message);
        Assert.Contains(expected, error.Message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(long.MaxValue)]
    public void A_header_length_outside_the_file_is_refused(long length)
    {
        var file = Safetensors.Write([Bytes("b", 1)]);
        BinaryPrimitives.WriteInt64LittleEndian(file, length);
        Assert.Contains($"header length {length}", Assert.Throws<CheckpointException>(() => Safetensors.Read(file, "file")).Message);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_and_nothing_else() =>
        Gen
            .Byte.Array[0, 200]
            .Sample(bytes =>
            {
                try
                {
                    Safetensors.Read(bytes, "file");
                }
                catch (CheckpointException) { }
            });

    [Fact]
    public void Any_truncation_is_refused()
    {
        var file = Safetensors.Write([Bytes("a", 1, 2, 3), Bytes("b", 4, 5)]);
        for (var length = 0; length < file.Length; length++)
            Assert.Throws<CheckpointException>(() => Safetensors.Read(file.AsMemory(0, length), "file"));
    }

    static StoredTensor Bytes(string name, params byte[] values) => new(name, ScalarType.Byte, [values.Length], values);

    static byte[] File(string header, int values) =>
        [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), .. new byte[values]];
}
