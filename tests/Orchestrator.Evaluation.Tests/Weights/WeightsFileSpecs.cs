using System.IO.Compression;
using System.Text;
using Orchestrator.Evaluation.Weights;
using Orchestrator.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Weights;

public sealed class WeightsFileSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("state-dict.pth")]
    [InlineData("state-dict-legacy.pth")]
    public void A_state_dict_is_read_with_its_views_in_both_layouts(string sample)
    {
        var file = WeightsFile.Open(Sample(sample));
        Assert.False(file.IsTorchScript);
        var tensors = file.Tensors();
        Assert.Equal(["count", "tail", "turned", "whole"], tensors.Keys.Order());
        Assert.Equal([2L, 3], tensors["whole"].shape);
        Assert.Equal([0f, 1, 2, 3, 4, 5.5f], tensors["whole"].data<float>().ToArray());
        Assert.Equal([0f, 3, 1, 4, 2, 5.5f], tensors["turned"].contiguous().data<float>().ToArray());
        Assert.Equal([4f, 5.5f], tensors["tail"].data<float>().ToArray());
        Assert.Equal(7, tensors["count"].item<long>());
    }

    [Fact]
    public void Safetensors_are_told_by_their_content()
    {
        File.WriteAllBytes(folder.At("weights.pth"), Safetensors.Write([StoredTensor.From("one", tensor((float[])[1, 2]))]));
        Assert.Equal([1f, 2], WeightsFile.Open(folder.At("weights.pth")).Tensors()["one"].data<float>().ToArray());
    }

    /// <summary>Each does something when a real unpickler reads it.</summary>
    [Theory]
    [InlineData("cos\nsystem\n(X\x04\0\0\0true" + "tR.", "global os.system")]
    [InlineData("c__builtin__\neval\n(X\x03\0\0\0" + "1+1tR.", "global __builtin__.eval")]
    [InlineData("X\x02\0\0\0os" + "X\x06\0\0\0system" + "\u0093(X\x04\0\0\0truetR.", "global os.system")]
    [InlineData("ctorch\nFloatStorage\n)\u0081.", "opcode 0x81")]
    [InlineData("(ios\nsystem\n.", "opcode 0x69")]
    [InlineData("ctorch\nload\n(tR.", "global torch.load")]
    [InlineData("ctorch\nFloatStorage\n)R.", "a call of torch.FloatStorage")]
    [InlineData("ccollections\nOrderedDict\n(K\u0001tR.", "a call of collections.OrderedDict")]
    [InlineData("]}b.", "state of anything but a dictionary")]
    [InlineData("h\u0005.", "memo 5")]
    [InlineData("t.", "a mark that was not set")]
    [InlineData("K", "ends at byte")]
    [InlineData("cos", "ends at byte")]
    [InlineData("(N", "ends at byte")]
    [InlineData("a.", "empty stack")]
    public void No_pickle_runs_anything(string pickle, string why)
    {
        byte[] program = [0x80, 2, .. Encoding.Latin1.GetBytes(pickle)];
        Refused(why, Archive(program));
    }

    [Fact]
    public void What_is_no_state_dict_is_refused_with_the_reason()
    {
        Refused("no dictionary of tensors", Archive([0x80, 2, .. "K\x01."u8]));
        Refused("entry 'lr' is no tensor", Archive([0x80, 2, .. "}X\x02\0\0\0lrK\x01s."u8]));
        Refused("neither with a ZIP archive nor", [0x80, 2, .. "K\x01."u8]);
        Refused("opcode 0x3c", "<html>"u8.ToArray());
        Refused("no single data.pkl", Archive([], "archive/other.pkl"));

        var whole = File.ReadAllBytes(Sample("state-dict-legacy.pth"));
        Refused("the file ends within them", whole[..^1]);
        Refused("damaged", File.ReadAllBytes(Sample("state-dict.pth"))[..^40]);
    }

    [Fact]
    public void A_tensor_outside_its_values_is_refused()
    {
        // The stride of 'turned' ends at its storage's last value: one more and it would read what lies behind.
        var file = File.ReadAllBytes(Sample("state-dict-legacy.pth"));
        var at = file.AsSpan().IndexOf((ReadOnlySpan<byte>)(byte[])[(byte)'K', 3, (byte)'K', 2, 0x86]);
        Assert.True(at > 0);
        file[at + 1] = 4;
        Refused("a call of torch._utils._rebuild_tensor_v2", file);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains(
            folder.At("none.pth"),
            Assert.Throws<WeightsException>(() => WeightsFile.Open(folder.At("none.pth"))).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void The_hash_of_an_unknown_file_is_shown() =>
        Assert.Contains(
            WeightsFile.Open(Sample("state-dict.pth")).Sha256,
            KnownWeights.Describe(WeightsFile.Open(Sample("state-dict.pth"))),
            StringComparison.Ordinal
        );

    void Refused(string why, byte[] content)
    {
        File.WriteAllBytes(folder.At("weights.pth"), content);
        var refused = Assert.Throws<WeightsException>(() => WeightsFile.Open(folder.At("weights.pth")).Tensors());
        Assert.StartsWith(folder.At("weights.pth"), refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    static byte[] Archive(byte[] pickle, string name = "archive/data.pkl")
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open())
            entry.Write(pickle);
        return buffer.ToArray();
    }

    static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "Weights", "Samples", name);
}
