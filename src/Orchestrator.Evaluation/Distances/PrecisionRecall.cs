using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Distances;

/// <summary>Improved precision and recall: how many generated samples lie among the real ones, and how many real ones among the
/// generated.</summary>
/// <remarks>
/// Kynkäänniemi, Karras, Laine, Lehtinen and Aila, "Improved Precision and Recall Metric for Assessing Generative Models" (2019, arXiv
/// 1904.06991). A set's support is the union of balls around its samples, each reaching to the k-th nearest other sample of the set. Both
/// depend on n: compare only at equal n.
/// </remarks>
/// <param name="Precision">Share of generated samples in the real support, 0..1.</param>
/// <param name="Recall">Share of real samples in the generated support, 0..1.</param>
/// <param name="PrecisionStandardError">Binomial, over the draw of the generated samples, the supports held fixed. Null where all or none
/// are in it: their share says nothing of its error.</param>
/// <param name="RecallStandardError">The same over the real samples.</param>
public sealed record PrecisionRecall(
    double Precision,
    double Recall,
    double? PrecisionStandardError,
    double? RecallStandardError,
    int Neighbours
)
{
    /// <summary>The paper's k.</summary>
    public const int DefaultNeighbours = 3;

    /// <param name="real">[n, d] of any floating type, more than k rows.</param>
    /// <param name="generated">[m, d], the same.</param>
    /// <exception cref="NonFiniteFeaturesException">Any NaN or infinity; names the first.</exception>
    /// <exception cref="ArgumentException">Too few rows, or different dimensions.</exception>
    public static PrecisionRecall Between(Tensor real, Tensor generated, int neighbours = DefaultNeighbours) =>
        new RealSupport(real, neighbours).Against(generated);

    /// <summary>A real set whose radii are found once, for many comparisons.</summary>
    public sealed class RealSupport
    {
        readonly Tensor real;
        readonly Tensor radii;
        readonly int neighbours;

        /// <param name="real">Kept, not copied: it must outlive this. The radii live in the caller's dispose scope.</param>
        public RealSupport(Tensor real, int neighbours = DefaultNeighbours)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
            FeatureMatrix.CheckAll(real, least: neighbours + 1);
            (this.real, this.neighbours) = (real, neighbours);
            radii = NearestNeighbours.SquaredRadii(real, neighbours);
        }

        public PrecisionRecall Against(Tensor generated)
        {
            using var scope = NewDisposeScope();
            FeatureMatrix.CheckAll(generated, least: neighbours + 1);
            if (generated.shape[1] != real.shape[1])
                throw new ArgumentException($"features of {real.shape[1]} and of {generated.shape[1]} dimensions have no distance");
            var precision = Share(NearestNeighbours.Covered(generated, real, radii));
            var recall = Share(NearestNeighbours.Covered(real, generated, NearestNeighbours.SquaredRadii(generated, neighbours)));
            return new PrecisionRecall(precision, recall, Error(precision, generated.shape[0]), Error(recall, real.shape[0]), neighbours);
        }
    }

    static double Share(Tensor covered) => covered.to(ScalarType.Float64).mean().item<double>();

    static double? Error(double share, long n) => share is > 0 and < 1 ? Math.Sqrt(share * (1 - share) / n) : null;
}
