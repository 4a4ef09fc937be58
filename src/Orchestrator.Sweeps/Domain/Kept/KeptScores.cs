using System.Collections.Immutable;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain.Kept;

/// <summary>A trial's scores in little room: the figures alone, side by side, and what they are of once for all trials that have the
/// same.</summary>
sealed class KeptScores
{
    const int Fid = 2,
        BeforeSchemes = 10,
        OfScheme = 5;

    static readonly Pool<Measured> Shared = new();

    readonly Measured measured;
    readonly double[] figures;

    public KeptScores(EvaluationScores scores)
    {
        var (test, samples, paths) = (scores.Test, scores.Samples, scores.Interpolation);
        measured = Shared.Of(
            new Measured(
                scores.Features,
                [.. paths.Keys],
                [test.Draws, test.N, samples.N, samples.NReal, .. paths.Values.Select(path => path.N)],
                [.. scores.Sheets]
            )
        );
        figures =
        [
            test.BitsPerDim,
            test.StandardError,
            samples.Fid,
            samples.FidStandardError,
            samples.Kid,
            samples.KidStandardError,
            scores.RoundTripError,
            scores.Baselines.FullCovarianceGaussian,
            scores.Baselines.FactorisedHistogram,
            scores.Seconds,
            .. paths.Values.SelectMany(path =>
                new[] { path.Fid, path.FidStandardError, path.Kid, path.KidStandardError, path.PathTypicality }
            ),
        ];
    }

    public KeptScores(BinaryReader from)
    {
        measured = Shared.Of(
            new Measured(
                new FeatureInfo(from.ReadString(), from.ReadString(), from.ReadString(), from.ReadInt32()),
                from.ReadStrings(),
                from.ReadNumbers(),
                from.ReadStrings()
            )
        );
        figures = from.ReadFigures();
    }

    public void Write(BinaryWriter to)
    {
        var features = measured.Features;
        to.Write(features.Name);
        to.Write(features.Sha256);
        to.Write(features.Layer);
        to.Write(features.Dimensions);
        to.WriteAll(measured.Schemes);
        to.WriteAll(measured.Counts);
        to.WriteAll(measured.Sheets);
        to.WriteAll(figures);
    }

    public IReadOnlyList<string> Schemes => measured.Schemes;

    /// <summary>Of the samples.</summary>
    public double SamplesFid => figures[Fid];

    /// <returns>Null where the scheme has none.</returns>
    public double? FidOf(string scheme) =>
        Array.IndexOf(measured.Schemes, scheme) is >= 0 and var index ? figures[BeforeSchemes + OfScheme * index] : null;

    public EvaluationScores Scores
    {
        get
        {
            var (counts, n) = (measured.Counts, figures);
            var schemes = ImmutableSortedDictionary.CreateBuilder<string, InterpolationScores>();
            foreach (var (index, scheme) in measured.Schemes.Index())
                schemes.Add(scheme, Path(counts[4 + index], n.AsSpan(BeforeSchemes + OfScheme * index, OfScheme)));
            return new EvaluationScores(
                new BitsPerDimScore(n[0], n[1], counts[0], counts[1]),
                measured.Features,
                new SampleScores(counts[2], counts[3], n[2], n[3], n[4], n[5]),
                schemes.ToImmutable(),
                n[6],
                new BaselineScores(n[7], n[8]),
                [.. measured.Sheets],
                n[9]
            );
        }
    }

    static InterpolationScores Path(int count, ReadOnlySpan<double> n) => new(count, n[0], n[1], n[2], n[3], n[4]);

    /// <param name="Counts">Draws and images of the test split, images drawn and real ones, and of each scheme the images.</param>
    sealed record Measured(FeatureInfo Features, string[] Schemes, int[] Counts, string[] Sheets)
    {
        public bool Equals(Measured? other) =>
            Features == other?.Features
            && Schemes.SequenceEqual(other.Schemes)
            && Counts.SequenceEqual(other.Counts)
            && Sheets.SequenceEqual(other.Sheets);

        public override int GetHashCode() => HashCode.Combine(Features, SameItems<string>.Comparer.GetHashCode(Sheets));
    }
}
