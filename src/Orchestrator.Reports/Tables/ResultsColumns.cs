using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Domain;
using static System.FormattableString;

namespace Orchestrator.Reports.Tables;

sealed record Baseline(string Name, double? BitsPerDim);

sealed record ColumnDefinition(ResultsColumn Head, Func<Ranked<TrialResult>, string> Cell)
{
    public Func<Baseline, string> OfBaseline { get; init; } = _ => "";
}

static class ResultsColumns
{
    public static ImmutableArray<ColumnDefinition> For(SweepResults results)
    {
        var labels = ParameterLabels.For(results);
        var n = new SampleSizes(results);
        return
        [
            Number(
                "#",
                null,
                "Place by bits per dimension on the validation split, among the trials that have a figure there and have not failed.",
                (trial, rank) => rank?.ToString(CultureInfo.InvariantCulture) ?? Figure.Unknown
            ),
            Text("trial", "Name of the trial in folders and commands.", trial => trial.Id),
            Text(
                "parameters",
                "The parameters in which trials differ.",
                trial => labels.Of(trial) is { Length: > 0 } label ? label : Figure.Unknown
            ) with
            {
                OfBaseline = baseline => baseline.Name,
            },
            Text(
                "state",
                "State of the trial, with the cause where it did not end well, and of its evaluation where that is not done.",
                trial =>
                    StatusText.Trial(trial.State, trial.Epochs, trial.Cause, trial.Evaluation.State, trial.Evaluation.Cause, trial.Dropped)
            ) with
            {
                OfBaseline = _ => "baseline",
            },
            Number(
                "validation",
                "bits/dim",
                "Negative log-likelihood of the validation split in bits per dimension after the last epoch; lower is better. The best "
                    + "trial is chosen by it.",
                trial => Figure.Bits(trial.Validation.BitsPerDim)
            ),
            Number(
                "test",
                "bits/dim",
                "The same of the test split, with its standard error over images; no trial is chosen by it.",
                trial => Figure.Bits(trial.Test.BitsPerDim, trial.Test.StandardError)
            ) with
            {
                OfBaseline = baseline => Figure.Bits(baseline.BitsPerDim),
            },
            Number(
                "FID",
                n.Samples,
                "Fréchet distance between features of samples and of real images, with its standard error over the draw of the samples; "
                    + "biased by n, compare at equal n only; lower is better.",
                trial => n.OfSamples(trial, Figure.Distance(trial.Evaluation.Samples.Fid, trial.Evaluation.Samples.FidStandardError))
            ),
            Number(
                "KID",
                n.Samples,
                "Kernel distance between the same features, with its standard error; free of bias in n, so it may be negative; lower is "
                    + "better.",
                trial => n.OfSamples(trial, Figure.Kernel(trial.Evaluation.Samples.Kid, trial.Evaluation.Samples.KidStandardError))
            ),
            Number(
                "best path FID",
                n.Paths,
                "FID of the points along latent interpolations, for the scheme where it is lowest.",
                trial => BestPath(trial, n)
            ),
            Number(
                "round trip",
                "of 1",
                "Largest difference of a pixel, on a scale of length 1, after encoding and decoding.",
                trial => Figure.Small(trial.Evaluation.RoundTripError)
            ),
            Text(
                "Pareto",
                $"Marked where, of validation bits per dimension, FID of samples{Paths(results)}, no other evaluated trial has one lower "
                    + "and none higher.",
                trial => trial.Pareto ? "front" : ""
            ),
            Number("epochs", null, "Epochs trained.", trial => trial.Epochs.ToString(CultureInfo.InvariantCulture)),
            Number(
                "attempts",
                null,
                "Attempts begun: more than one where a trial was interrupted or retried; with the parts of a batch where a larger one "
                    + "did not fit into memory.",
                trial => Attempts(trial)
            ),
            Number("time", "s", "Seconds in training, over all attempts.", trial => Figure.Seconds(trial.Seconds)),
        ];
    }

    /// <summary>What of interpolations the Pareto front is decided by.</summary>
    public static string Paths(SweepResults results) =>
        results.Sweep.InterpolationSchemes is { IsDefaultOrEmpty: false } schemes
            ? $" and mean FID of paths by {string.Join(", ", schemes)}, which all trials have"
            : "";

    static string Attempts(TrialResult trial) => Invariant($"{trial.Attempts}{(trial.Accumulate is { } parts ? $" ({parts} parts)" : "")}");

    static string BestPath(TrialResult trial, SampleSizes n)
    {
        var known = trial.Evaluation.Interpolation.Where(scheme => scheme.Value.Fid is not null).ToList();
        if (known.Count == 0)
            return Figure.Unknown;
        var (name, best) = known.MinBy(scheme => scheme.Value.Fid);
        return n.OfPaths(best, $"{name} {Figure.Distance(best.Fid)}");
    }

    static ColumnDefinition Text(string header, string meaning, Func<TrialResult, string> cell) =>
        new(new(header, null, meaning, IsNumber: false), ranked => cell(ranked.Trial));

    static ColumnDefinition Number(string header, string? unit, string meaning, Func<TrialResult, string> cell) =>
        Number(header, unit, meaning, (trial, _) => cell(trial));

    static ColumnDefinition Number(string header, string? unit, string meaning, Func<TrialResult, int?, string> cell) =>
        new(new(header, unit, meaning, IsNumber: true), ranked => cell(ranked.Trial, ranked.Rank));
}
