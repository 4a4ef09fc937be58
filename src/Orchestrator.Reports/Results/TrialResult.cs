using System.Text.Json.Nodes;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Results;

/// <param name="Parameters">By dotted path, as <see cref="TrialParameters.Of"/> has them.</param>
/// <param name="Cause">Why the last attempt ended; null where it runs, or ended well.</param>
/// <param name="Layer">Where training diverged, the first layer with a value that is not finite.</param>
/// <param name="Accumulate">The parts into which attempts cut a batch since one ran out of memory; null where the file's number
/// holds.</param>
/// <param name="Epochs">The last epoch that was reported.</param>
/// <param name="Seconds">Spent in training, over all attempts that ended.</param>
/// <param name="InterpolationFid">The mean over the schemes that all trials share, as <see cref="ParetoFront"/> has it.</param>
/// <param name="Pareto">It is on the front of <see cref="ParetoFront"/>.</param>
/// <param name="Stream">How often training diverged: each time the random draws took another stream.</param>
public sealed record TrialResult(
    string Id,
    JsonObject Parameters,
    TrialStatus State,
    AttemptCause? Cause,
    string? Message,
    string? Layer,
    long? Step,
    int Attempts,
    int? Accumulate,
    int Epochs,
    ValidationResult Validation,
    TestResult Test,
    EvaluationResult Evaluation,
    CheckpointResult Checkpoint,
    string? Node,
    double? Seconds,
    MemoryResult Memory,
    int Stream,
    double? InterpolationFid,
    bool Pareto,
    bool Dropped
)
{
    /// <summary>What somebody says of it; null where nobody does.</summary>
    public string? Note { get; init; }

    internal RankingKey RankingKey => new(State, Validation.BitsPerDim, Id) { IsDropped = Dropped };

    internal static TrialResult From(SweepSpec spec, TrialState trial, ParetoFront front)
    {
        var end = Unhappy(trial.End);
        // Once for all: a trial makes them anew from what it keeps.
        var scores = trial.Scores;
        var test = scores?.Test;
        return new(
            trial.Id,
            ParameterJson.Of(TrialParameters.Of(spec, trial.Parameters)),
            trial.Status,
            end?.Cause,
            end?.Message,
            end?.Layer,
            end?.Step,
            trial.Attempts,
            trial.Accumulate,
            trial.Epochs,
            new(trial.ValidationBitsPerDim),
            new(Known.Finite(test?.BitsPerDim), Known.Finite(test?.StandardError), test?.Draws, test?.N),
            EvaluationResult.From(trial, scores),
            new(trial.Checkpoint?.Path, trial.Checkpoint?.Sha256),
            trial.Node,
            trial.Attempts == 0 ? null : trial.Trained.TotalSeconds,
            MemoryResult.From(trial),
            trial.Stream,
            front.InterpolationFid(trial),
            front.Trials.Contains(trial.Number),
            trial.IsDropped
        )
        {
            Note = Known.Text(trial.Note),
        };
    }

    internal static AttemptEnd? Unhappy(AttemptEnd? end) => end is { Cause: not AttemptCause.Done } ? end : null;
}

/// <param name="BitsPerDim">As <see cref="TrialState.ValidationBitsPerDim"/> has it: by this trials are ranked.</param>
public sealed record ValidationResult(double? BitsPerDim);

/// <param name="Draws">Dequantisation draws per image.</param>
public sealed record TestResult(double? BitsPerDim, double? StandardError, int? Draws, int? N);

/// <param name="Sha256">SHA-256 of <c>model.safetensors</c>.</param>
public sealed record CheckpointResult(string? Path, string? Sha256);

/// <summary>What the first steps of the newest attempt took.</summary>
/// <param name="Device">Whose memory: <c>cpu</c> or <c>cuda</c>.</param>
public sealed record MemoryResult(string? Device, long? PeakBytes)
{
    internal static MemoryResult From(TrialState trial) => new(trial.Peak?.Device, trial.Peak?.Bytes);
}
