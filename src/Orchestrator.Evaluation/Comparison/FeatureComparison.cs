using System.Collections.Immutable;
using Orchestrator.Evaluation.Distances;
using Orchestrator.Evaluation.Features;
using Orchestrator.Evaluation.Files;
using Orchestrator.Sweeps.Tasks;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Comparison;

/// <summary>Compares a real with a generated set, each a file of features or a folder of images.</summary>
public static class FeatureComparison
{
    /// <param name="network">Makes features of images; not used where features are given.</param>
    /// <exception cref="FeatureFileException">A file cannot be read, or the two do not go together.</exception>
    /// <exception cref="NonFiniteFeaturesException">A feature is NaN or infinite.</exception>
    public static DistanceResult Between(string real, string generated, IImageFeatures network, DistanceOptions options)
    {
        using var scope = NewDisposeScope();
        if (Directory.Exists(real) != Directory.Exists(generated))
            throw new FeatureFileException($"{real} and {generated}: one is a folder of images and one a file; both must be of a kind");
        var features = Directory.Exists(real) ? network.Info : null;
        var (first, firstSet) = Read(real, network, options.HasHeader);
        var (second, secondSet) = Read(generated, network, options.HasHeader);
        return Between(first, second, features, options, real, generated) with { Real = firstSet, Generated = secondSet };
    }

    static (Tensor Features, ComparedSet Set) Read(string path, IImageFeatures network, bool? hasHeader)
    {
        if (Directory.Exists(path))
        {
            var folder = ImageFolder.Open(path);
            var notes =
                folder.LeftOut.Files == 0 ? [] : ImmutableArray.Create($"{path}: {folder.Count} images; left out: {folder.LeftOut}");
            return (cat(folder.Batches().Select(network.Of).ToArray()), new ComparedSet(path, folder.Count, folder.LeftOut.Reasons, notes));
        }

        if (!FeatureFile.IsOne(path))
            throw new FeatureFileException($"{path}: expected a .npy, .npz or .csv file, or a folder of images");
        var table = FeatureFile.Read(path, hasHeader);
        return (table.Features, new ComparedSet(path, table.Features.shape[0], [], table.Notes));
    }

    static DistanceResult Between(
        Tensor real,
        Tensor generated,
        FeatureInfo? features,
        DistanceOptions options,
        string realName,
        string generatedName
    )
    {
        foreach (var (name, rows) in new[] { (realName, real), (generatedName, generated) })
            if (rows.shape[0] < 2)
                throw new FeatureFileException($"{name}: {rows.shape[0]} sample; a distance needs at least 2");
        if (real.shape[1] != generated.shape[1])
            throw new FeatureFileException(
                $"{realName} has {real.shape[1]} features a sample and {generatedName} has {generated.shape[1]}; both must come from one "
                    + "network"
            );
        Finite(real, realName);
        Finite(generated, generatedName);

        var least = Math.Min(real.shape[0], generated.shape[0]);
        var frechet = new FrechetReference(real);
        var fid = FrechetEstimate.Between(frechet, generated);
        var all = least >= 4 ? KernelDistance.AllPairs(real, generated) : null;
        var subsets = KernelDistance.OverSubsets(real, generated, options.Subsets, options.SubsetSize, options.Seed);
        var kid = new KidResult(
            all?.Value ?? KernelDistance.Value(real, generated),
            all?.StandardError,
            subsets.Mean,
            subsets.StandardDeviation,
            subsets.Subsets,
            subsets.Size,
            subsets.Seed
        )
        {
            Note =
                subsets.Subsets < options.Subsets
                    ? $"a subset of {subsets.Size} is the whole of both sets, so there is one; --subset-size below {subsets.Size} gives "
                        + $"{options.Subsets} and their spread"
                    : null,
        };
        var isWanted = !options.DistancesOnly;
        return new DistanceResult(
            real.shape[0],
            generated.shape[0],
            (int)real.shape[1],
            fid.Value,
            fid.StandardError,
            kid,
            isWanted && least > PrecisionRecall.DefaultNeighbours ? PrecisionRecall.Between(real, generated) : null,
            isWanted && generated.shape[0] >= ExtrapolatedDistance.LeastRows()
                ? ExtrapolatedDistance.Of(frechet, generated, options.Seed)
                : null,
            features
        );
    }

    static void Finite(Tensor features, string name)
    {
        try
        {
            FeatureMatrix.CheckAll(features, least: 2);
        }
        catch (NonFiniteFeaturesException broken)
        {
            throw new FeatureFileException($"{name}: {broken.Message}", broken);
        }
    }
}
