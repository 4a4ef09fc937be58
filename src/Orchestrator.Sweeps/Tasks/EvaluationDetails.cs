using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Tasks;

/// <summary>What an evaluation found beyond its <see cref="EvaluationScores"/>: a file in its folder, too much for a message or the
/// journal.</summary>
public sealed record EvaluationDetails(
    SampleDetails Samples,
    ImmutableArray<PathScores> Paths,
    TestDetails Test,
    EvaluationSeedRecord Seeds
)
{
    public const string FileName = "details.json";

    public int Format { get; init; } = 1;
}

/// <summary>Bits per dimension of the test split, figure by figure, so that whoever computes them anew sees where they part.</summary>
/// <param name="Draws">Mean over all images of each draw of the dequantisation noise, in order.</param>
/// <param name="FirstImages">The figure of each draw, of the first images of the split in order.</param>
public sealed record TestDetails(ImmutableArray<double> Draws, ImmutableArray<ImmutableArray<double>> FirstImages);

/// <param name="N">Generated images; <paramref name="NReal"/> real ones stand against them.</param>
/// <param name="Precision">Share of generated images in the real support (Kynkäänniemi et al. 2019), 0..1; errors are binomial, and null of
/// a share of 0 or 1.</param>
/// <param name="Recall">Share of real images in the generated support, 0..1.</param>
/// <param name="Neighbours">That define the supports.</param>
/// <param name="FidInfinity">FID extrapolated to infinitely many generated images (Chong and Forsyth 2020); null where they are too
/// few.</param>
/// <param name="FidInfinityStandardError">The standard error of the fit.</param>
public sealed record SampleDetails(
    int N,
    int NReal,
    double Precision,
    double? PrecisionStandardError,
    double Recall,
    double? RecallStandardError,
    int Neighbours,
    double? FidInfinity,
    double? FidInfinityStandardError
);

/// <summary>The scores of one scheme along its paths.</summary>
/// <param name="Pairs"><c>any</c>, or <c>within-class</c> where both ends have one label.</param>
/// <param name="Points">In order of λ, the ends left out.</param>
public sealed record PathScores(string Scheme, string Pairs, ImmutableArray<PathPointScores> Points)
{
    public const string AnyPair = "any",
        WithinClass = "within-class";
}

/// <summary>The scores at one position λ along the paths.</summary>
/// <param name="N">Images scored here; the distances are null where they are fewer than 4. FID depends on n: compare along λ and between
/// schemes, not with the whole.</param>
/// <param name="BitsPerDim">Mean of the decoded images, as bytes, under the flow itself, of the first <paramref name="NBits"/> images; of
/// one image there is no standard error.</param>
/// <param name="Typicality">Mean base log-density less its mean under the base, in its standard deviations.</param>
public sealed record PathPointScores(
    double Lambda,
    int N,
    double? Fid,
    double? Kid,
    double? KidStandardError,
    double BitsPerDim,
    double? BitsPerDimStandardError,
    int NBits,
    double Typicality,
    double? TypicalityStandardError
);

/// <summary>The seed of every random draw, so that a number can be found again.</summary>
/// <param name="Trial">The trial's own, from which most of the others derive.</param>
/// <param name="Test">For the noise on the test images, one for each draw, in order.</param>
/// <param name="Samples">For each batch of generated images, in order.</param>
/// <param name="Encoding">For the noise on each batch of images that paths join, in order.</param>
/// <param name="Pairs">For the choice of the test images that the paths join: the same for every trial of a data set.</param>
/// <param name="PathBits">For the noise on decoded images whose bits are counted.</param>
public sealed record EvaluationSeedRecord(
    long Trial,
    ImmutableArray<long> Test,
    ImmutableArray<long> Samples,
    ImmutableArray<long> Encoding,
    long Pairs,
    long KernelSubsets,
    long FidSubsets,
    long PathBits
);
