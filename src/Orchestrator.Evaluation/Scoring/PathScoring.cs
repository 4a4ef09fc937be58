using System.Collections.Immutable;
using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Interpolation;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>Interpolation between test images in latent space: how far what lies between is from the data, by every scheme over the same
/// paths.</summary>
sealed class PathScoring
{
    /// <summary>Points scored at most of the paths within classes, which only the curves along λ show.</summary>
    const int MostWithinClass = 2000;

    /// <summary>Images whose bits are counted at each position: each takes a whole pass of the flow, and their mean is known to a hundredth
    /// from so many.</summary>
    const int MostBits = 200;

    readonly EvaluatedFlow flow;
    readonly InterpolationSpec spec;
    readonly long bitsSeed;
    readonly Ends any;
    readonly Ends withinClass;

    /// <summary>Encodes the ends of all paths; the latents live in the caller's dispose scope.</summary>
    /// <param name="labels">The classes of the test split's images.</param>
    /// <param name="warn">Told of each scheme in the spec that the base does not have: a sweep over bases names the schemes of all.</param>
    public PathScoring(EvaluatedFlow flow, InterpolationSpec spec, EvaluationSeeds seeds, IReadOnlyList<byte> labels, Action<string> warn)
    {
        (this.flow, this.spec, bitsSeed) = (flow, spec, seeds.PathBits);
        Schemes = spec.Schemes is ["auto"] ? InterpolationSchemes.For(flow.Base) : [.. Named(flow.Base, spec.Schemes, warn)];
        any = Encoded(PathPlan.Draw(flow.Images, spec.Pairs, spec.Points, most: flow.Images, EvaluationSeeds.Pairs));
        withinClass = Encoded(
            PathPlan.DrawWithinClass(labels, spec.Pairs, spec.Points, most: Math.Min(flow.Images, MostWithinClass), EvaluationSeeds.Pairs)
        );
    }

    /// <summary>The schemes that are scored: of those that suit the base, all or the ones that the spec names.</summary>
    public IReadOnlyList<InterpolationScheme> Schemes { get; }

    /// <returns>The scores over all points of the paths between any two images, and along both kinds of paths.</returns>
    public (SetDistances Distances, InterpolationScores Scores, ImmutableArray<PathScores> Paths) Score(
        InterpolationScheme scheme,
        DistanceScoring distances
    )
    {
        using var scope = NewDisposeScope();
        var points = any.Plan.Points.Select(point => Decoded(scheme, any, point.Lambda, point.Paths, distances)).ToArray();
        var of = distances.Score($"interpolation-{scheme.Name}", cat(points.Select(point => point.Features).ToArray()));
        var within = withinClass.Plan.Points.Select(point => Decoded(scheme, withinClass, point.Lambda, point.Paths, distances));
        return (
            of,
            new InterpolationScores(
                of.N,
                of.Fid.Value,
                of.Fid.StandardError ?? 0,
                of.Kid.Value,
                of.Kid.StandardError ?? 0,
                Typicality(scheme)
            ),
            [
                new PathScores(scheme.Name, PathScores.AnyPair, [.. points.Select(point => point.Scores)]),
                new PathScores(scheme.Name, PathScores.WithinClass, [.. within.Select(point => point.Scores)]),
            ]
        );
    }

    /// <summary>Draws one path per row.</summary>
    public void Draw(InterpolationScheme scheme, EvaluationPictures pictures) =>
        pictures.DrawPaths(scheme, any.First, any.Second, spec.Points);

    static IEnumerable<InterpolationScheme> Named(BaseDistribution distribution, IReadOnlyCollection<string> names, Action<string> warn)
    {
        var suitable = InterpolationSchemes.For(distribution);
        foreach (var name in names.Except(suitable.Select(scheme => scheme.Name)))
            warn(
                $"no interpolation scheme '{name}' for a {distribution.Name} base: it has "
                    + $"{string.Join(", ", suitable.Select(scheme => scheme.Name))}"
            );
        return suitable.Where(scheme => names.Contains(scheme.Name));
    }

    Ends Encoded(PathPlan plan)
    {
        var ends = flow.Encode([.. plan.First, .. plan.Second]);
        return new Ends(plan, ends[..plan.First.Length], ends[plan.First.Length..]);
    }

    /// <summary>One position of some paths, decoded once for all of its figures.</summary>
    (Tensor Features, PathPointScores Scores) Decoded(
        InterpolationScheme scheme,
        Ends ends,
        double lambda,
        int[] paths,
        DistanceScoring distances
    )
    {
        using var scope = NewDisposeScope();
        var chosen = tensor(paths, ScalarType.Int64, ends.First.device);
        var latents = scheme.Interpolate(ends.First[chosen], ends.Second[chosen], lambda);
        var bits = new List<double>();
        var features = distances.Features(flow.Decode(latents).Select(batch => Counted(batch, bits)));
        var (fid, kid) = distances.Few(features);
        var typicality = flow.Base.Typicality(latents).cpu().data<double>().ToArray();
        if (!Array.TrueForAll(typicality, double.IsFinite))
            throw EvaluatedFlow.NotFinite($"the path typicality of {scheme.Name} at {lambda} is not finite");
        var (ofBits, ofTypicality) = (Moments.From(bits), Moments.From(typicality));
        return (
            features.MoveToOuterDisposeScope(),
            new PathPointScores(
                lambda,
                paths.Length,
                fid,
                kid?.Value,
                kid?.StandardError,
                ofBits.Mean,
                ofBits.StandardError,
                ofBits.Count,
                ofTypicality.Mean,
                ofTypicality.StandardError
            )
        );
    }

    Tensor Counted(Tensor batch, List<double> bits)
    {
        if (bits.Count < MostBits)
            bits.AddRange(flow.BitsPerDim(batch[..(int)Math.Min(MostBits - bits.Count, batch.shape[0])], bitsSeed));
        return batch;
    }

    /// <returns>Mean over all paths of their middles' distance from the base's typical set, in its standard deviations.</returns>
    double Typicality(InterpolationScheme scheme)
    {
        using var scope = NewDisposeScope();
        var mean = flow.Base.Typicality(scheme.Interpolate(any.First, any.Second, 0.5)).mean().item<double>();
        return double.IsFinite(mean) ? mean : throw EvaluatedFlow.NotFinite($"the path typicality of {scheme.Name} is {mean}");
    }

    /// <summary>Paths with the latents [pairs, d] of their ends.</summary>
    sealed record Ends(PathPlan Plan, Tensor First, Tensor Second);
}
