using System.Globalization;
using System.Xml.Linq;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps.Domain;
using static Orchestrator.Reports.Html.Markup;

namespace Orchestrator.Reports.Html;

/// <summary>What the sweep was and what came of it, before anything else.</summary>
static class SummarySection
{
    public static XElement Of(ReportModel model) =>
        Element(
            "header",
            Styled("p", "kicker", $"Sweep report · {model.Results.Sweep.Dataset}"),
            Element("h1", model.Results.Sweep.Name),
            Styled("p", "verdict", Outcome(model), " ", Verdict(model)),
            Styled("dl", "facts", Facts(model))
        );

    static string Outcome(ReportModel model)
    {
        var state = model.State;
        var (all, done) = (state.PlannedTrials, state.Count(TrialStatus.Completed));
        var count =
            $"{done} of {all} {(all == 1 ? "trial" : "trials")} completed{Of(TrialStatus.Failed, "failed")}"
            + $"{Of(TrialStatus.Pruned, "pruned by the scheduler")}{Of(TrialStatus.Paused, "paused at a rung")}";
        return state.Status switch
        {
            SweepStatus.Running => $"Still running: {count}.",
            SweepStatus.Paused => $"Paused: {count}.",
            SweepStatus.Stopping => $"Stopping: {count}.",
            SweepStatus.Stopped when state.StoppedBecause is { } because => $"Stopped by its budget ({because.Message}): {count}.",
            SweepStatus.Stopped => $"Stopped: {count}.",
            SweepStatus.Failed => "Failed: no trial came to an end.",
            _ => $"Completed: {count}.",
        };

        string Of(TrialStatus status, string words) =>
            state.Count(status) is > 0 and var number ? string.Create(CultureInfo.InvariantCulture, $", {number} {words}") : "";
    }

    static IEnumerable<object> Verdict(ReportModel model)
    {
        if (model.Best is not { Result.Validation.BitsPerDim: { } validation } best)
            return ["No trial has finished an epoch yet."];
        var named = best.Label.Length > 0 ? $"trial {best.Id}, {best.Label}," : $"trial {best.Id},";
        var chosen = $"The best on the validation split, {named} reaches {Figure.Bits(validation)} bits per dimension there";
        if (best.Result.Test is not { BitsPerDim: { } bits } test)
            return [chosen, "; it has not been evaluated yet."];
        return
        [
            chosen,
            " and ",
            Element("strong", $"{Figure.Bits(bits, test.StandardError)} bits per dimension"),
            " on the test split",
            Against(bits, model.Baselines.FullCovarianceGaussian, "a full-covariance Gaussian", ": "),
            Against(
                bits,
                model.Baselines.FactorisedHistogram,
                "a factorised histogram",
                model.Baselines.FullCovarianceGaussian is null ? ": " : " and "
            ),
            ".",
        ];
    }

    static string Against(double bits, double? baseline, string name, string before) =>
        baseline is { } value
            ? $"{before}{Figure.Bits(Math.Abs(value - bits))} {(bits <= value ? "better" : "worse")} than {name} ({Figure.Bits(value)})"
            : "";

    static IEnumerable<XElement> Facts(ReportModel model)
    {
        var trials = model.Results.Trials;
        var fid = trials.Min(trial => trial.Evaluation.Samples.Fid);
        yield return Fact("Lowest FID of samples", Figure.Distance(fid));
        var (done, planned) = (model.Progress.EpochsDone, model.Progress.EpochsPlanned);
        yield return Fact("Epochs trained", done == planned ? Figure.Count(done) : $"{Figure.Count(done)} of {Figure.Count(planned)}");
        var time = model.Progress.TimeLeft;
        var range = time.Range is var (from, to) ? $" ({Amount.Of(from)} to {Amount.Of(to)})" : "";
        if (time is { Total: { } left })
            yield return Fact("Time left", $"about {Amount.Of(left)}{range}");
        else if (time is { Training: { } training })
            yield return Fact("Time left in training", $"about {Amount.Of(training)}{range}");
        yield return Fact("Time in training", Amount.Of(TimeSpan.FromSeconds(trials.Sum(trial => trial.Seconds ?? 0))));
        if (model.State.EndedAt is { } ended)
            yield return Fact("From start to end", Amount.Of(ended - model.State.SubmittedAt));
        yield return Fact(
            "Submitted",
            model.State.SubmittedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC"
        );
        yield return Fact("Seed", model.Results.Sweep.Seed.ToString(CultureInfo.InvariantCulture));
        if (!model.State.Tags.IsEmpty)
            yield return Fact("Tags", string.Join(", ", model.State.Tags));
    }

    static XElement Fact(string name, string value) => Element("div", Element("dt", name), Element("dd", value));
}
