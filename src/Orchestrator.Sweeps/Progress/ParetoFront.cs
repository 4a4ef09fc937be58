using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Sweeps.Progress;

/// <summary>Trials of which none is better in every respect: by bits per dimension on the validation split, FID of samples, and the mean
/// FID of its interpolation schemes.</summary>
/// <remarks>Likelihood counts on the validation split, as in <see cref="TrialRanking"/>: the best trial, once it is evaluated, is on the
/// front.</remarks>
public static class ParetoFront
{
    /// <returns>Numbers of trials that are trained to their end and evaluated, and that no other of these equals or betters in all three
    /// while bettering it in one. Equal ones are all there.</returns>
    public static ImmutableSortedSet<int> Of(SweepState sweep)
    {
        var front = new List<(TrialState Trial, Aims Aims)>();
        var points = sweep.Trials.Select(trial => (Trial: trial, Aims: AimsOf(trial))).Where(point => point.Aims is not null);
        // Whatever is better than one stands before it, and what is no longer on the front was put off by one that is.
        foreach (var (trial, aims) in points.Select(point => (point.Trial, Aims: point.Aims!.Value)).OrderBy(point => point.Aims))
            if (!front.Exists(better => better.Aims.Dominates(aims)))
                front.Add((trial, aims));
        return [.. front.Select(point => point.Trial.Number)];
    }

    /// <returns>Null where no interpolation was scored with a finite FID.</returns>
    public static double? MeanInterpolationFid(TrialState trial)
    {
        var schemes = trial.Scores?.Interpolation.Values.Select(scheme => scheme.Fid).Where(double.IsFinite).ToList();
        return schemes is { Count: > 0 } ? schemes.Average() : null;
    }

    // One whose paths have no figure is no better there than any other.
    static Aims? AimsOf(TrialState trial) =>
        trial
            is { Status: TrialStatus.Completed, Evaluation: EvaluationStatus.Completed, ValidationBitsPerDim: { } bits, Scores: { } scores }
        && double.IsFinite(scores.Samples.Fid)
            ? new Aims(bits, scores.Samples.Fid, MeanInterpolationFid(trial) ?? double.PositiveInfinity)
            : null;

    /// <summary>Lower is better in each.</summary>
    readonly record struct Aims(double Bits, double Fid, double PathFid) : IComparable<Aims>
    {
        public bool Dominates(Aims other) => this != other && Bits <= other.Bits && Fid <= other.Fid && PathFid <= other.PathFid;

        public int CompareTo(Aims other) => (Bits, Fid, PathFid).CompareTo((other.Bits, other.Fid, other.PathFid));
    }
}
