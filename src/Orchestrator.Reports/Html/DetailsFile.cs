using System.Text.Json;
using Orchestrator.Reports.Charts;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Html;

/// <summary>The details that a trial's evaluation left in its folder.</summary>
static class DetailsFile
{
    /// <returns>Null where there are none: the evaluation is of an earlier version, or its folder is elsewhere.</returns>
    public static EvaluationDetails? Of(TrialView trial, string sweep, DataFolder folder)
    {
        if (trial.State.Scores is null)
            return null;
        var path = Path.Combine(folder.Evaluation(sweep, trial.State.Number, trial.State.Evaluations), EvaluationDetails.FileName);
        try
        {
            return
                JsonSerializer.Deserialize<EvaluationDetails>(File.ReadAllBytes(path), OrchestratorJson.Indented)
                    is { Format: 1, Samples: not null, Paths.IsDefault: false } details
                ? details
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
