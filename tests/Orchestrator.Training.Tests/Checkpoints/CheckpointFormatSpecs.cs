using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;
using Orchestrator.Training.Tests.Trials;
using Orchestrator.Training.Trials;
using static TorchSharp.torch;

namespace Orchestrator.Training.Tests.Checkpoints;

/// <summary>What docs/checkpoint-format.md promises to readers elsewhere.</summary>
public sealed class CheckpointFormatSpecs : IDisposable
{
    readonly TinyTrial trial = new();
    readonly string folder;

    public CheckpointFormatSpecs()
    {
        trial.Attempt();
        folder = trial.Newest().Folder;
    }

    [Fact]
    public void A_flow_rebuilt_from_the_page_gives_the_same_log_likelihoods()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var flow = TrialFlow.Load(trial.Newest(), CPU);
        var images = Dequantisation.Apply(new ImageTensors(TinyTrial.Data.Test, CPU).Range(0, 5), 17, seed: 1);
        var expected = flow.LogProb(images).data<double>().ToArray();
        var rebuilt = new PlainGlow(
            new PlainFile(Path.Combine(folder, "model.safetensors")),
            levels: 2,
            steps: 1,
            hidden: 8,
            kappaPerDimension: 1
        );
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], rebuilt.LogProb([.. images[i].data<float>().Select(value => (double)value)], size: 8), 1e-4);
    }

    [Fact]
    public void The_files_hold_what_the_page_names()
    {
        var model = new PlainFile(Path.Combine(folder, "model.safetensors"));
        Assert.All(model.Names, name => Assert.Equal("F32", model.Type(name)));
        Assert.Equal([8, 18], model.Shape("level0.step0.coupling.network.input.weight"));
        Assert.Equal([9, 4, 8], model.Shape("level0.step0.coupling.network.output_weight"));
        Assert.Equal([1.0], model["level0.step0.actnorm.initialized"]);

        var optimizer = new PlainFile(Path.Combine(folder, "optimizer.safetensors"));
        string[] buffers = ["initialized", "permutation", "sign"];
        var learned = model.Names.Where(name => !buffers.Contains(name.Split('.')[^1])).Sum(name => model[name].Length);
        Assert.Equal(["adam.mean", "adam.square", "step", "weights"], optimizer.Names.Order());
        Assert.Equal([learned], optimizer.Shape("weights"));
        Assert.Equal([learned], optimizer.Shape("adam.square"));
        Assert.Equal([(long)TinyTrial.Steps], optimizer.Whole("step"));
    }

    [Fact]
    public void Raw_weights_are_in_the_order_of_the_names()
    {
        var spec = TinyTrial.With(("training.ema", "0"), ("training.epochs", "1"));
        using var plain = new TinyTrial();
        plain.Attempt(spec);
        var model = new PlainFile(Path.Combine(plain.Newest().Folder, "model.safetensors"));
        string[] buffers = ["initialized", "permutation", "sign"];
        var values = model
            .Names.Where(name => !buffers.Contains(name.Split('.')[^1]))
            .Order(StringComparer.Ordinal)
            .SelectMany(name => model[name]);
        Assert.Equal(new PlainFile(Path.Combine(plain.Newest().Folder, "optimizer.safetensors"))["weights"], values);
    }

    [Fact]
    public void The_manifest_is_json_with_its_own_checksum_and_those_of_the_other_files()
    {
        var bytes = File.ReadAllBytes(Path.Combine(folder, "manifest.json"));
        var manifest = JsonDocument.Parse(bytes).RootElement;
        var checksum = manifest.GetProperty("checksum").GetString()!;
        var unsigned = Encoding.UTF8.GetString(bytes).Replace(checksum, new string('0', 64), StringComparison.Ordinal);
        Assert.Equal(checksum, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(unsigned))));
        Assert.Equal("checksum", manifest.EnumerateObject().First().Name);
        Assert.Equal(
            ("glow", "von-mises-fisher", "1d"),
            (Setting("flow.architecture"), Setting("base.distribution"), Setting("base.kappa"))
        );
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "model.safetensors")))),
            Text("files", "model.safetensors", "sha256")
        );

        string Setting(string path) => Text("spec", "settings", path);
        string Text(params string[] path) => path.Aggregate(manifest, (json, key) => json.GetProperty(key)).GetString()!;
    }

    [Fact]
    public void A_whole_checkpoint_is_verified()
    {
        var verified = CheckpointVerification.Run(folder);
        var expected = trial.Newest();
        Assert.Equal(
            (expected.Info.Sha256, TinyTrial.Epochs, (long)TinyTrial.Steps, true),
            (verified.Sha256, verified.Epoch, verified.Step, verified.Final)
        );
        Assert.Equal(new PlainFile(Path.Combine(folder, "optimizer.safetensors")).Shape("weights").Single(), verified.Parameters);
        Assert.Equal(expected.Manifest.Reports[^1].ValidationBitsPerDim, verified.ValidationBitsPerDim);
        Assert.InRange(verified.RoundTripError, 0, 1e-4);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("manifest.json")]
    public void A_damaged_file_is_named(string name)
    {
        var path = Path.Combine(folder, name);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains(path, Assert.Throws<CheckpointException>(() => CheckpointVerification.Run(folder)).Message);
    }

    [Fact]
    public void A_weight_that_is_no_number_is_named()
    {
        var checkpoint = trial.Newest();
        const string Name = "level1.step0.actnorm.bias";
        var bad = checkpoint.Model[Name] with
        {
            Data = BitConverter.GetBytes(float.NaN).Concat(checkpoint.Model[Name].Data.ToArray()[4..]).ToArray(),
        };
        var written = new FolderCheckpointStore(trial.LatestAttempt, [], new(1, 0, null)).Write(
            checkpoint.Manifest with
            {
                Step = 21,
            },
            checkpoint.Model.SetItem(Name, bad).Values,
            checkpoint.Optimizer.Values
        );
        Assert.Contains(Name, Assert.Throws<CheckpointException>(() => CheckpointVerification.Run(written.Folder)).Message);
    }

    public void Dispose() => trial.Dispose();
}
