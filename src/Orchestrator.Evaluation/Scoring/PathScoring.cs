using Orchestrator.Flows.Distributions;
using Orchestrator.Flows.Interpolation;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Specs;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Scoring;

/// <summary>Scores interpolation schemes on the same paths between latents of test images.</summary>
sealed class PathScoring
{
    readonly EvaluatedFlow flow;
    readonly InterpolationSpec spec;
    readonly PathPlan plan;
    readonly Tensor first;
    readonly Tensor second;

    /// <summary>Encodes the ends of all paths; the latents live in the caller's dispose scope.</summary>
    /// <param name="warn">Told of each scheme in the spec that the base does not have: a sweep over bases names the schemes of all.</param>
    public PathScoring(EvaluatedFlow flow, InterpolationSpec spec, EvaluationSeeds seeds, Action<string> warn)
    {
        (this.flow, this.spec) = (flow, spec);
        Schemes = spec.Schemes is ["auto"] ? InterpolationSchemes.For(flow.Base) : [.. Named(flow.Base, spec.Schemes, warn)];
        plan = PathPlan.Draw(flow.Images, spec.Pairs, spec.Points, most: flow.Images, seeds.Pairs);
        var ends = flow.Encode([.. plan.First, .. plan.Second]);
        (first, second) = (ends[..spec.Pairs], ends[spec.Pairs..]);
    }

    /// <summary>Of those that suit the base, all or the ones that the spec names.</summary>
    public IReadOnlyList<InterpolationScheme> Schemes { get; }

    public (SetDistances Distances, InterpolationScores Scores) Score(InterpolationScheme scheme, DistanceScoring distances)
    {
        var of = distances.Score($"interpolation-{scheme.Name}", Images(scheme));
        return (of, new InterpolationScores(of.N, of.Fid, of.Kid.Value, of.Kid.StandardError, Typicality(scheme)));
    }

    /// <summary>One path per row.</summary>
    public void Draw(InterpolationScheme scheme, Sheets sheets) => sheets.DrawPaths(scheme, first, second, spec.Points);

    static IEnumerable<InterpolationScheme> Named(BaseDistribution distribution, IReadOnlyCollection<string> names, Action<string> warn)
    {
        var suitable = InterpolationSchemes.For(distribution);
        foreach (var name in names.Except(suitable.Select(scheme => scheme.Name)))
            warn($"no interpolation scheme '{name}' for a {distribution.Name} base: it has {string.Join(", ", suitable.Select(scheme => scheme.Name))}");
        return suitable.Where(scheme => names.Contains(scheme.Name));
    }

    IEnumerable<Tensor> Images(InterpolationScheme scheme)
    {
        foreach (var (lambda, paths) in plan.Points)
        {
            using var latents = Along(scheme, lambda, paths);
            foreach (var batch in flow.Decode(latents))
                yield return batch;
        }
    }

    Tensor Along(InterpolationScheme scheme, double lambda, int[] paths)
    {
        using var scope = NewDisposeScope();
        var chosen = tensor(paths, ScalarType.Int64, first.device);
        return scheme.Interpolate(first[chosen], second[chosen], lambda).MoveToOuterDisposeScope();
    }

    /// <returns>Mean over all paths of their middles' distance from the base's typical set, in its standard deviations.</returns>
    double Typicality(InterpolationScheme scheme)
    {
        using var scope = NewDisposeScope();
        var mean = flow.Base.Typicality(scheme.Interpolate(first, second, 0.5)).mean().item<double>();
        return double.IsFinite(mean) ? mean : throw EvaluatedFlow.NotFinite($"the path typicality of {scheme.Name} is {mean}");
    }
}
