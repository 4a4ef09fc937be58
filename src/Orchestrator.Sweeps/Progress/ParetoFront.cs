using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Sweeps.Progress;

/// <summary>Trials of which none is better in every respect: by bits per dimension on the validation split, FID of samples, and the mean
/// FID of interpolations.</summary>
/// <remarks>
/// Likelihood counts on the validation split, as in <see cref="TrialRanking"/>: the best trial, once it is evaluated, is on the front.
/// Bases have schemes of their own, and a mean over those of one cannot be set beside a mean over those of another: it is taken over the
/// schemes that all have. Where there is none, interpolations do not count.
/// </remarks>
/// <param name="Trials">Numbers of trials that are trained to their end and evaluated, and that no other of these equals or betters in all
/// three while bettering it in one. Equal ones are all there.</param>
/// <param name="Schemes">The schemes by which every trial with scored interpolations has some.</param>
public sealed record ParetoFront(ImmutableSortedSet<int> Trials, ImmutableSortedSet<string> Schemes)
{
    public static ParetoFront Of(SweepState sweep)
    {
        var empty = new ParetoFront([], SharedSchemes(sweep));
        var front = new List<(TrialState Trial, Aims Aims)>();
        var points = sweep.Trials.Select(trial => (Trial: trial, Aims: empty.AimsOf(trial))).Where(point => point.Aims is not null);
        // Whatever is better than one stands before it, and what is no longer on the front was put off by one that is.
        foreach (var (trial, aims) in points.Select(point => (point.Trial, Aims: point.Aims!.Value)).OrderBy(point => point.Aims))
            if (!front.Exists(better => better.Aims.Dominates(aims)))
                front.Add((trial, aims));
        return empty with { Trials = [.. front.Select(point => point.Trial.Number)] };
    }

    /// <returns>The mean over <see cref="Schemes"/>; null where there are none, or one has no finite FID.</returns>
    public double? InterpolationFid(TrialState trial)
    {
        var fids = Schemes.Select(scheme => trial.FidOf(scheme) ?? double.NaN).ToList();
        return fids.Count > 0 && fids.TrueForAll(double.IsFinite) ? fids.Average() : null;
    }

    static ImmutableSortedSet<string> SharedSchemes(SweepState sweep)
    {
        ImmutableSortedSet<string>? shared = null;
        foreach (var trial in sweep.Trials)
            if (trial.ScoredSchemes is { Count: > 0 } scored)
                shared = shared?.Intersect(scored) ?? scored.ToImmutableSortedSet(StringComparer.Ordinal);
        return shared ?? [];
    }

    // One whose paths have no figure is no better there than any other.
    Aims? AimsOf(TrialState trial) =>
        trial
            is {
                IsDropped: false,
                Status: TrialStatus.Completed,
                Evaluation: EvaluationStatus.Completed,
                ValidationBitsPerDim: { } bits,
                SamplesFid: { } fid
            }
        && double.IsFinite(fid)
            ? new Aims(bits, fid, InterpolationFid(trial) ?? double.PositiveInfinity)
            : null;

    /// <summary>Lower is better in each.</summary>
    readonly record struct Aims(double Bits, double Fid, double PathFid) : IComparable<Aims>
    {
        public bool Dominates(Aims other) => this != other && Bits <= other.Bits && Fid <= other.Fid && PathFid <= other.PathFid;

        public int CompareTo(Aims other) => (Bits, Fid, PathFid).CompareTo((other.Bits, other.Fid, other.PathFid));
    }
}
