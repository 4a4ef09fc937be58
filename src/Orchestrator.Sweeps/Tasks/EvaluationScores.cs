using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Tasks;

/// <summary>What an evaluation found. Every figure names what it was measured with.</summary>
/// <param name="Interpolation">By scheme name: <c>linear</c>, <c>norm-corrected</c>, <c>slerp</c>, ….</param>
/// <param name="RoundTripError">Largest absolute difference in pixels of [-1/2, 1/2] after encode and decode.</param>
/// <param name="Baselines">The same test split under models that need no training.</param>
public sealed record EvaluationScores(
    BitsPerDimScore Test,
    FeatureInfo Features,
    SampleScores Samples,
    ImmutableSortedDictionary<string, InterpolationScores> Interpolation,
    double RoundTripError,
    BaselineScores Baselines,
    ImmutableArray<string> Sheets,
    double Seconds
);

/// <param name="StandardError">The standard error of the mean over test images, of the mean over the draws.</param>
/// <param name="Draws">The number of dequantisation draws per image.</param>
public sealed record BitsPerDimScore(double BitsPerDim, double StandardError, int Draws, int N);

/// <param name="Sha256">SHA-256 of the feature network's weights.</param>
public sealed record FeatureInfo(string Name, string Sha256, string Layer, int Dimensions);

/// <param name="N">Generated images; <paramref name="NReal"/> real ones stand against them.</param>
/// <param name="FidStandardError">Over the draw of the generated images, the real ones held fixed.</param>
/// <param name="KidStandardError">Over the draw of both sets.</param>
public sealed record SampleScores(int N, int NReal, double Fid, double FidStandardError, double Kid, double KidStandardError);

/// <param name="PathTypicality">Base log-density along the paths less its mean under the base, in its standard deviations; mean at the
/// paths' middle.</param>
public sealed record InterpolationScores(
    int N,
    double Fid,
    double FidStandardError,
    double Kid,
    double KidStandardError,
    double PathTypicality
);

/// <summary>Bits per dimension of the same dequantised test pixels.</summary>
public sealed record BaselineScores(double FullCovarianceGaussian, double FactorisedHistogram);
