using System.Collections.Immutable;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Reports.Tables;

/// <summary>Names trials by what sets them apart: only parameters in which the trials of the sweep differ are told.</summary>
/// <param name="paths">The paths of the parameters, in the order in which they are told.</param>
public sealed class ParameterLabels(ImmutableArray<string> paths)
{
    // An older coordinator's results do not say which parameters differ.
    public static ParameterLabels For(SweepResults results) =>
        new(
            results.Sweep.Parameters
                ?? [.. results.Trials.SelectMany(trial => trial.Parameters.Select(parameter => parameter.Key)).Distinct()]
        );

    /// <returns>For instance <c>von-mises-fisher kappa=1.5d lr=0.001</c>; empty where nothing varies.</returns>
    public string Of(TrialResult trial) => Of(path => trial.Parameters[path]?.ToString());

    /// <param name="parameters">By dotted path, as canonical text.</param>
    public string Of(IReadOnlyDictionary<string, string> parameters) => Of(parameters.GetValueOrDefault);

    string Of(Func<string, string?> text) =>
        string.Join(' ', from path in paths let value = text(path) where value is not null select Term(path, value));

    static string Term(string path, string value) => path == BaseSettings.DistributionPath ? value : $"{ShortName(path)}={value}";

    static string ShortName(string path) => path == "training.learning_rate" ? "lr" : path[(path.LastIndexOf('.') + 1)..];
}
