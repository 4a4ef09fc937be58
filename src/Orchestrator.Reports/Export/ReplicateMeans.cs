using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Reports.Results;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Reports.Export;

/// <summary>Means over the evaluated replicates of each choice of parameters, ± their standard error, as Markdown for a paper or a
/// page.</summary>
static class ReplicateMeans
{
    public static string ToMarkdown(SweepResults results)
    {
        var choices = Choices(results);
        var text = new StringBuilder();
        Table(
            text,
            ["trials", "replicates", "test, bits/dim", "FID", "KID"],
            choices.Select(choice =>
                (string[])
                    [
                        choice.Label,
                        Text(choice.Trials.Count),
                        Mean(choice.Trials, trial => trial.Test.BitsPerDim, "F4"),
                        Mean(choice.Trials, trial => trial.Evaluation.Samples.Fid, "F3"),
                        Mean(choice.Trials, trial => trial.Evaluation.Samples.Kid, "F5"),
                    ]
            )
        );
        text.Append('\n');
        Table(
            text,
            ["trials", "interpolation", "FID", "KID", "path typicality, sd"],
            from choice in choices
            from scheme in choice.Trials.SelectMany(trial => trial.Evaluation.Interpolation.Keys).Distinct()
            let scores = (Func<TrialResult, InterpolationResult?>)(trial => trial.Evaluation.Interpolation.GetValueOrDefault(scheme))
            select (string[])
                [
                    choice.Label,
                    scheme,
                    Mean(choice.Trials, trial => scores(trial)?.Fid, "F3"),
                    Mean(choice.Trials, trial => scores(trial)?.Kid, "F5"),
                    Mean(choice.Trials, trial => scores(trial)?.PathTypicality, "F2"),
                ]
        );
        return text.ToString();
    }

    static List<(string Label, List<TrialResult> Trials)> Choices(SweepResults results)
    {
        var alike = results with
        {
            Trials = [.. results.Trials.Select(trial => trial with { Parameters = WithoutReplicate(trial.Parameters) })],
        };
        var labels = ParameterLabels.For(alike);
        return
        [
            .. alike
                .Trials.Where(trial => trial.Evaluation.State == EvaluationStatus.Completed)
                .GroupBy(trial => trial.Parameters.ToJsonString())
                .Select(group => (labels.Of(group.First()) is { Length: > 0 } label ? label : results.Sweep.Name, group.ToList())),
        ];
    }

    static JsonObject WithoutReplicate(JsonObject parameters)
    {
        var others = parameters.DeepClone().AsObject();
        others.Remove(SearchSpace.Replicate);
        return others;
    }

    /// <summary>The mean over the replicates that have the figure; the standard error is that of their mean, and needs two.</summary>
    static string Mean(List<TrialResult> trials, Func<TrialResult, double?> figure, string format)
    {
        var values = trials.Select(figure).OfType<double>().ToList();
        if (values.Count == 0)
            return Figure.Unknown;
        var moments = Moments.From(values);
        return moments.StandardError is { } error
            ? $"{Text(moments.Mean)} ± {Text(error)}{(values.Count < trials.Count ? $" (of {values.Count})" : "")}"
            : Text(moments.Mean);

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    internal static void Table(StringBuilder text, string[] header, IEnumerable<string[]> rows)
    {
        Line(header);
        text.Append("|---|").Append(string.Concat(Enumerable.Repeat("--:|", header.Length - 1))).Append('\n');
        foreach (var row in rows)
            Line(row);

        void Line(string[] cells) => text.Append("| ").Append(string.Join(" | ", cells)).Append(" |\n");
    }
}
