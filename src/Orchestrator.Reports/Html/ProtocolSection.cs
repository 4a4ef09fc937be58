using System.Globalization;
using System.Xml.Linq;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>How trials were found and each number was measured: figures of another protocol cannot be set beside these.</summary>
static class ProtocolSection
{
    public static XElement Of(ReportModel model)
    {
        var measured = model.Evaluated?.State.Scores is { } scores ? Notes(scores, model.State.Spec.Evaluation) : [];
        return Section(
            "protocol",
            "How it was searched and measured",
            Styled("dl", "meanings", SearchNotes.Of(model.State).Concat(measured).SelectMany(Entry))
        );
    }

    static IEnumerable<(string, string)> Notes(EvaluationScores scores, EvaluationSpec evaluation)
    {
        yield return (
            "Bits per dimension",
            Say(
                $"""
                Of {Count(scores.Test.N)} test images, dequantised with uniform noise in {scores.Test.Draws} {(
                    scores.Test.Draws == 1 ? "draw" : "draws"
                )} each: mean
                 of the negative log-likelihood per image over its real pixels; ± is the standard error of that mean over images. On the
                 validation split: of the averaged weights after each epoch.
                """
            )
        );
        yield return (
            "Baselines",
            """
            The same test images under one normal distribution with the training split's mean and full covariance, and under one
             histogram of levels for each pixel.
            """
        );
        yield return (
            "Features",
            Say(
                $"""
                {scores.Features.Name}, layer {scores.Features.Layer}, {Count(
                    scores.Features.Dimensions
                )} dimensions, weights {scores.Features.Sha256}.
                 Distances in other features are other quantities.
                """
            )
        );
        yield return (
            "FID",
            Say(
                $"""
                Fréchet distance between normal distributions fitted to the features of {Count(scores.Samples.N)} generated and {Count(
                    scores.Samples.NReal
                )}
                 real images of the test split, both quantised to bytes the same way; covariances over n - 1, the trace term as a
                 nuclear norm. Its bias grows as n
                 falls: compare at equal n and equal features only. ± is its standard error over the draw of the generated images, the
                 real ones held fixed; the bias is no part of it.
                """
            )
        );
        yield return (
            "KID",
            """
            Squared maximum mean discrepancy of the same features with the kernel (x·y/d + 1)³, estimated without bias over all pairs; it may be
             negative and is never clipped. ± is its standard error.
            """
        );
        yield return (
            "Interpolation",
            Say(
                $"""
                {Count(
                    evaluation.Interpolation.Pairs
                )} pairs of test images, the same for every scheme, encoded, joined by {evaluation.Interpolation.Points} points in latent
                 space and decoded; the pictures show the ends, FID and KID leave them out and take the n points of the table. Typicality is that of the
                 paths' middle under the base distribution.
                """
            )
        );
        yield return (
            "Round trip",
            "Largest absolute difference of a pixel, on a scale of length 1, between test images of one batch and their decoded latents."
        );
    }

    static IEnumerable<XElement> Entry((string Name, string Text) note) =>
        [Element("dt", note.Name), Element("dd", note.Text.ReplaceLineEndings(""))];

    static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    static string Count(long value) => Tables.Figure.Count(value);
}
