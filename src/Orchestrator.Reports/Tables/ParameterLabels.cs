using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Reports.Tables;

/// <summary>Names trials by what sets them apart: only parameters that vary within the sweep are told.</summary>
public sealed class ParameterLabels
{
    readonly ImmutableArray<string> varying;

    ParameterLabels(ImmutableArray<string> varying) => this.varying = varying;

    public static ParameterLabels For(SweepResults results)
    {
        // A parameter that some trials do not have sets them apart as well.
        var paths = results.Trials.SelectMany(trial => trial.Parameters.Select(parameter => parameter.Key)).Distinct();
        var varying = paths.Where(path => results.Trials.Select(trial => Text(trial.Parameters, path)).Distinct().Skip(1).Any());
        return new([.. varying.OrderBy(Place).ThenBy(path => path, StringComparer.Ordinal)]);
    }

    /// <returns>For instance <c>von-mises-fisher kappa=1.5d lr=0.001</c>; empty where nothing varies.</returns>
    public string Of(TrialResult trial) =>
        string.Join(' ', varying.Where(trial.Parameters.ContainsKey).Select(path => Term(path, Text(trial.Parameters, path)!)));

    static string? Text(JsonObject parameters, string path) => parameters[path]?.ToString();

    static string Term(string path, string value) => path == TrialSchema.Distribution ? value : $"{ShortName(path)}={value}";

    static string ShortName(string path) => path == "training.learning_rate" ? "lr" : path[(path.LastIndexOf('.') + 1)..];

    static int Place(string path) => path switch
    {
        TrialSchema.Distribution => 0,
        _ when LeafTable.IsIn(path, "base") => 1,
        SearchSpace.Replicate => 3,
        _ => 2,
    };
}
