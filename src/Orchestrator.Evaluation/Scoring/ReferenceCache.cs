using System.Security.Cryptography;
using Orchestrator.Evaluation.Baselines;
using Orchestrator.Evaluation.Features;
using Orchestrator.Evaluation.Features.Inception;
using Orchestrator.Evaluation.Images;
using Orchestrator.Evaluation.Weights;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>Keeps one <see cref="DatasetReference"/> per data set in a folder that many processes share: the first builds it, the others
/// wait for it.</summary>
/// <param name="folder">Created where it is missing.</param>
public sealed class ReferenceCache(string folder)
{
    const string Manifest = "manifest.json";
    const string Network = "network.safetensors";
    const string TestFeatures = "test-features.safetensors";
    const string Features = "features";

    /// <summary>Part of the folders' names: raise it with every change of the network, its training or the baselines.</summary>
    const int Recipe = 2;

    /// <summary>The same for features of Inception.</summary>
    const int InceptionRecipe = 1;

    const ResizeRule Rule = ResizeRule.Tf1Bilinear;

    /// <summary>How many images the network's training sees at least.</summary>
    internal int TrainingImages { get; init; } = DomainTraining.LeastImages;

    /// <summary>Called before a build begins.</summary>
    internal Action Building { get; init; } = () => { };

    /// <summary>Reads the reference, or builds it where it is missing or damaged (half a minute of one core for 60,000 images of
    /// 28×28).</summary>
    /// <remarks>Built on one thread whatever the process has, so that its hash does not depend on who came first.</remarks>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="OperationCanceledException">When <paramref name="stop"/> was asked for while this or another process
    /// built.</exception>
    public DatasetReference Get(ImageDataset dataset, CancellationToken stop = default) => Get(dataset, weights: null, stop);

    /// <summary>The same on features of the FID Inception network. The folder's name holds all that they depend on: weights, resizing,
    /// data, split and its size.</summary>
    /// <param name="weights">Null for the data set's own network.</param>
    /// <exception cref="WeightsException">Not weights of that network.</exception>
    public DatasetReference Get(ImageDataset dataset, WeightsFile? weights, CancellationToken stop = default)
    {
        Directory.CreateDirectory(folder);
        var place = Path.Combine(
            folder,
            weights is null
                ? $"domain-cnn-{Recipe}-{dataset.Sha256[..16]}"
                : $"inception-{InceptionRecipe}-{Rule}-{weights.Sha256[..16]}-{dataset.Sha256[..16]}-test-{dataset.Test.Count}"
        );
        using var exclusive = FileLock.Acquire(place + ".lock", stop);
        if (Read(place, dataset, weights) is { } found)
            return found;
        Building();
        if (weights is not null)
        {
            Build(place, dataset, weights);
            return Read(place, dataset, weights) ?? throw Unreadable(place);
        }

        var threads = get_num_threads();
        try
        {
            set_num_threads(1);
            Build(place, dataset, stop);
        }
        finally
        {
            set_num_threads(threads);
        }

        return Read(place, dataset, weights) ?? throw Unreadable(place);
    }

    static IOException Unreadable(string place) => new($"{place} was written and cannot be read back");

    /// <returns>Null where there is none, or a file of it is not the one that was written.</returns>
    static DatasetReference? Read(string place, ImageDataset dataset, WeightsFile? weights)
    {
        if (ChecksummedFolder.Read(place) is not { } files)
            return null;
        using var scope = NewDisposeScope();
        var manifest = ReferenceManifest.FromJson(files[Manifest]);
        var features = Safetensors.Read(files[TestFeatures], TestFeatures)[Features].ToTensor();
        if (weights is not null)
            return new DatasetReference(
                InceptionFeatures.Load(weights, Rule),
                features.DetachFromDisposeScope(),
                manifest.TestAccuracy,
                manifest.Baselines
            );
        var network = new DomainNetwork(dataset.Shape, dataset.Classes, seed: 0);
        network.load_state_dict(
            Safetensors.Read(files[Network], Network).ToDictionary(entry => entry.Key, entry => entry.Value.ToTensor())
        );
        network.eval();
        var info = manifest.Features with { Name = NameOf(dataset) };
        return new DatasetReference(
            new DomainFeatures(network, info),
            features.DetachFromDisposeScope(),
            manifest.TestAccuracy,
            manifest.Baselines
        );
    }

    void Build(string place, ImageDataset dataset, CancellationToken stop)
    {
        using var scope = NewDisposeScope();
        using var network = DomainTraining.Train(dataset, TrainingImages, stop);
        using var train = new ImageTensors(dataset.Train, CPU);
        using var test = new ImageTensors(dataset.Test, CPU);
        var (trainImages, testImages) = (train.Range(0, train.Count), test.Range(0, test.Count));

        var weights = Safetensors.Write(network.state_dict().Select(entry => StoredTensor.From(entry.Key, entry.Value)));
        var info = new FeatureInfo(
            NameOf(dataset),
            Convert.ToHexStringLower(SHA256.HashData(weights)),
            DomainNetwork.Layer,
            DomainNetwork.Dimensions
        );
        var features = new DomainFeatures(network, info).Of(Quantise.ToBytes(testImages, dataset.Levels));
        var accuracy = DomainTraining.Accuracy(network, dataset.Test, dataset.Levels);
        var baselines = new BaselineScores(
            FullCovarianceGaussian.BitsPerDim(trainImages, testImages),
            FactorisedHistogram.BitsPerDim(trainImages, testImages, dataset.Levels)
        );

        ChecksummedFolder.Write(
            place,
            new Dictionary<string, byte[]>
            {
                [Network] = weights,
                [TestFeatures] = Safetensors.Write([StoredTensor.From(Features, features)]),
                [Manifest] = new ReferenceManifest(dataset.Name, dataset.Sha256, info, accuracy, baselines).ToJson(),
            }
        );
    }

    static void Build(string place, ImageDataset dataset, WeightsFile weights)
    {
        using var scope = NewDisposeScope();
        using var network = InceptionFeatures.Load(weights, Rule);
        using var train = new ImageTensors(dataset.Train, CPU);
        using var test = new ImageTensors(dataset.Test, CPU);
        var (trainImages, testImages) = (train.Range(0, train.Count), test.Range(0, test.Count));
        var baselines = new BaselineScores(
            FullCovarianceGaussian.BitsPerDim(trainImages, testImages),
            FactorisedHistogram.BitsPerDim(trainImages, testImages, dataset.Levels)
        );
        ChecksummedFolder.Write(
            place,
            new Dictionary<string, byte[]>
            {
                [TestFeatures] = Safetensors.Write([StoredTensor.From(Features, network.Of(Quantise.ToBytes(testImages, dataset.Levels)))]),
                [Manifest] = new ReferenceManifest(
                    dataset.Name,
                    dataset.Sha256,
                    network.Info,
                    TestAccuracy: double.NaN,
                    baselines
                ).ToJson(),
            }
        );
    }

    static string NameOf(ImageDataset dataset) => $"domain-cnn/{dataset.Name}";
}
