using System.Security.Cryptography;
using Orchestrator.Evaluation.Features;
using Orchestrator.Evaluation.Images;
using Orchestrator.Evaluation.Scoring;
using Orchestrator.Evaluation.Tests.Features.Inception;
using Orchestrator.Evaluation.Weights;
using Orchestrator.Flows.Transforms;
using Orchestrator.Training.Data;

namespace Orchestrator.Evaluation.Tests.Scoring;

public sealed class ReferenceCacheSpecs : IDisposable
{
    readonly TemporaryFolder folder = new();
    int builds;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_network_knows_the_digits()
    {
        using var reference = new ReferenceCache(folder.At("features")).Get(DigitsTensors.Dataset, TestContext.Current.CancellationToken);
        Assert.InRange(reference.TestAccuracy, 0.95, 1);
        Assert.Equal(
            ("domain-cnn/digits", "hidden", 64),
            (reference.Network.Info.Name, reference.Network.Info.Layer, reference.Network.Info.Dimensions)
        );
        Near.To(2.9609, reference.Baselines.FullCovarianceGaussian, 1e-4);
        Near.To(2.4376, reference.Baselines.FactorisedHistogram, 1e-4);
        Assert.Equal(Bytes(NetworkFile), reference.Network.Info.Sha256);

        using var digits = new DigitsTensors();
        var features = reference.Network.Of(Quantise.ToBytes(digits.Test, 17));
        Assert.Equal([360, 64], features.shape);
        Assert.Equal(features.data<float>().ToArray(), reference.TestFeatures.data<float>().ToArray());
        var train = reference.Network.Of(Quantise.ToBytes(digits.Train, 17)).to(TorchSharp.torch.ScalarType.Float64);
        Near.To(1, train.square().mean().item<double>(), 1e-4);
        Assert.True(features.std([0]).gt(0.05).sum().item<long>() >= 32, "at least half of the features tell images apart");
    }

    [Fact]
    public void It_is_built_once_and_again_alike_where_it_is_damaged()
    {
        var small = Small();
        var threads = TorchSharp.torch.get_num_threads();
        var built = Get(small);
        Assert.Equal(threads, TorchSharp.torch.get_num_threads());
        var again = Get(small);
        Assert.Equal((1, built), (builds, again));

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(NetworkFile)!))
        {
            var bytes = File.ReadAllBytes(file);
            bytes[bytes.Length / 2] ^= 0x10;
            File.WriteAllBytes(file, bytes);
            builds = 0;
            Assert.Equal((built, 1), (Get(small), builds));
        }
    }

    [Fact]
    public void Features_of_other_weights_or_other_images_are_kept_apart()
    {
        ScriptFile.Write(folder.At("one.pt"), ScriptFile.Stub);
        ScriptFile.Write(folder.At("two.pt"), ScriptFile.Stub + " ");
        foreach (var dataset in new[] { DigitsTensors.Dataset, Small() })
        foreach (var (name, expected) in new[] { ("one.pt", 1), ("one.pt", 0), ("two.pt", 1) })
        {
            builds = 0;
            var weights = WeightsFile.Open(folder.At(name)).Trusted();
            using var reference = Cache(() => builds++).Get(dataset, weights, TestContext.Current.CancellationToken);
            Assert.Equal(
                ("inception-2015-12-05/tf1-bilinear", weights.Sha256, expected),
                (reference.Network.Info.Name, reference.Network.Info.Sha256, builds)
            );
            Assert.Equal([dataset.Test.Count, 2048], reference.TestFeatures.shape);
        }
    }

    [Fact]
    public async Task Who_comes_second_waits_for_the_first()
    {
        var stop = TestContext.Current.CancellationToken;
        var small = Small();
        using var started = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        var cache = Cache(() =>
        {
            Interlocked.Increment(ref builds);
            started.Set();
            release.Wait(stop);
        });
        var first = Task.Run(() => cache.Get(small, stop).Dispose(), stop);
        started.Wait(stop);
        var second = Task.Run(() => cache.Get(small, stop).Dispose(), stop);
        Assert.NotSame(second, await Task.WhenAny(second, Task.Delay(300, stop)));
        release.Set();
        await Task.WhenAll(first, second);
        Assert.Equal(1, builds);
    }

    [Fact]
    public void Waiting_can_be_cancelled()
    {
        using var held = FileLock.Acquire(folder.At("held"), CancellationToken.None);
        using var cancel = new CancellationTokenSource(50);
        Assert.Throws<OperationCanceledException>(() => FileLock.Acquire(folder.At("held"), cancel.Token));
    }

    [Fact]
    public void A_leftover_of_a_killed_build_does_no_harm()
    {
        var small = Small();
        Get(small);
        var place = Path.GetDirectoryName(NetworkFile)!;
        Directory.Move(place, place + ".new");
        File.Move(Path.Combine(place + ".new", "SHA256SUMS"), Path.Combine(place + ".new", "leftover"));
        Get(small);
        Assert.Equal(2, builds);
        Assert.False(Directory.Exists(place + ".new"));
    }

    ReferenceCache Cache(Action building) => new(folder.At("features")) { TrainingImages = 64, Building = building };

    string NetworkFile => Directory.GetFiles(folder.At("features"), "network.safetensors", SearchOption.AllDirectories).Single();

    static string Bytes(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    /// <returns>Everything of the reference, comparable.</returns>
    (string, double, string) Get(ImageDataset dataset)
    {
        using var reference = Cache(() => builds++).Get(dataset, TestContext.Current.CancellationToken);
        return (
            reference.Network.Info.Sha256,
            reference.Baselines.FullCovarianceGaussian,
            string.Join(' ', reference.TestFeatures.data<float>().ToArray())
        );
    }

    /// <summary>Few images, one class each: built in a blink by no training worth the name.</summary>
    static ImageDataset Small()
    {
        var shape = new ImageShape(1, 8, 8);
        return new ImageDataset("small", 17, 10, Split(64, 0), Split(8, 1), Split(16, 2));

        ImageSplit Split(int count, int phase) =>
            new(
                shape,
                [.. Enumerable.Range(0, count * shape.Dimension).Select(i => (byte)((i * 7 + i / 64 * 13 + phase) % 17))],
                [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]
            );
    }
}
