using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.Search;

namespace Orchestrator.Reports.Results;

/// <summary>What <c>sweep results --json</c> says: the shape is always the same, a figure that is not known, or not finite, is
/// null.</summary>
/// <param name="Trials">By number.</param>
/// <param name="Rungs">Empty where the scheduler has none, or nobody has arrived at one.</param>
public sealed record SweepResults(SweepSummary Sweep, ImmutableArray<TrialResult> Trials, ImmutableArray<RungRow> Rungs)
{
    public static SweepResults From(SweepState state)
    {
        var front = ParetoFront.Of(state);
        return new(
            SweepSummary.From(state, front),
            [.. state.Trials.Select(trial => TrialResult.From(state.Spec, trial, front))],
            RungRow.Of(state)
        );
    }

    public string ToJson() => JsonSerializer.Serialize(this, OrchestratorJson.Indented);
}

/// <param name="Id">The sweep's identifier in its data folder; today its name.</param>
/// <param name="Parameters">Paths at which trials differ, as <see cref="TrialParameters.Differing"/> has them; null where an older
/// coordinator did not say.</param>
/// <param name="InterpolationSchemes">Over these is each trial's <c>interpolation_fid</c>: <see cref="ParetoFront.Schemes"/>.</param>
public sealed record SweepSummary(
    string Id,
    string Name,
    SweepStatus State,
    string Dataset,
    long Seed,
    BaselineResult Baselines,
    ImmutableArray<string>? Parameters,
    ImmutableArray<string> InterpolationSchemes
)
{
    /// <summary>Whether it is not over, and no process goes on with it: seen in a data folder, and written only where it is so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Interrupted { get; init; }

    /// <summary>The budget that stopped it; null where none did.</summary>
    public string? StoppedBecause { get; init; }

    /// <summary>What people gave it to find it by.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>What somebody says of it; null where nobody does.</summary>
    public string? Note { get; init; }

    /// <summary>Null where it was forked from none.</summary>
    public ForkView? Fork { get; init; }

    internal static SweepSummary From(SweepState state, ParetoFront front) =>
        new(
            state.Spec.Name,
            state.Spec.Name,
            state.Status,
            state.Spec.Dataset,
            state.Spec.Seed,
            BaselineResult.From(state),
            TrialParameters.Differing(state.Spec, state.Trials.Select(trial => trial.Parameters)),
            [.. front.Schemes]
        )
        {
            StoppedBecause = state.StoppedBecause?.Message,
            Tags = [.. state.Tags],
            Note = Known.Text(state.Note),
            Fork = ForkView.From(state),
        };
}

/// <summary>Bits per dimension of the test split under models that need no training.</summary>
public sealed record BaselineResult(double? FullCovarianceGaussian, double? FactorisedHistogram, int? NTest)
{
    /// <summary>Every evaluation of a sweep measures the same baselines: the first one's stand for all.</summary>
    internal static BaselineResult From(SweepState state)
    {
        var scores = state.Trials.Find(trial => trial.Scores is not null)?.Scores;
        return new(
            Known.Finite(scores?.Baselines.FullCovarianceGaussian),
            Known.Finite(scores?.Baselines.FactorisedHistogram),
            scores?.Test.N
        );
    }
}
