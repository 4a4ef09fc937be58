using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;

namespace Orchestrator.Reports.Live;

/// <summary>A sweep at a glance: one of <c>GET /api/sweeps</c> and <c>sweep list --json</c>.</summary>
public record SweepOverview
{
    /// <summary>Of a sweep in its data folder; today its name.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required SweepStatus State { get; init; }

    /// <summary>Why the sweep paused itself; null where it is not paused, or somebody asked for it.</summary>
    public string? PausedBecause { get; init; }
    public required string Dataset { get; init; }

    /// <summary>Of the content of all splits of the data set that the sweep began with; null until it is known.</summary>
    public string? DatasetSha256 { get; init; }
    public required long Seed { get; init; }

    /// <summary>It is not over, and no process goes on with it: seen in a data folder, and written only where it is so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Interrupted { get; init; }
    public required DateTimeOffset SubmittedAt { get; init; }
    public required DateTimeOffset? EndedAt { get; init; }
    public required int Trials { get; init; }
    public required TrialCounts Counts { get; init; }
    public required EvaluationCounts Evaluations { get; init; }
    public required long EpochsDone { get; init; }

    /// <summary>Of a trial that failed or was stopped only those it did: a sweep that is over has done them all.</summary>
    public required long EpochsTotal { get; init; }

    /// <summary>Seconds until training is done, without the evaluations that are still to come; null where nothing trains, and before the
    /// first epoch.</summary>
    public required double? EtaSeconds { get; init; }
    public required BestTrial? Best { get; init; }
    public required BaselineResult Baselines { get; init; }

    public static SweepOverview From(SweepState state)
    {
        var (pending, running, completed, failed) = (0, 0, 0, 0);
        var (done, total) = (0L, 0L);
        foreach (var trial in state.Trials)
        {
            _ = trial.Evaluation switch
            {
                EvaluationStatus.Pending => pending++,
                EvaluationStatus.Running => running++,
                EvaluationStatus.Completed => completed++,
                EvaluationStatus.Failed => failed++,
                _ => 0,
            };
            done += trial.Epochs;
            total += trial.Status is TrialStatus.Failed or TrialStatus.Stopped
                ? trial.Epochs
                : TrialFactory.Epochs(state.Spec, trial.Parameters);
        }

        return new SweepOverview
        {
            Id = state.Spec.Name,
            Name = state.Spec.Name,
            State = state.Status,
            PausedBecause = state.PausedBecause is { } because ? SelfPauseText.Of(because) : null,
            Dataset = state.Spec.Dataset,
            DatasetSha256 = state.DatasetSha256,
            Seed = state.Spec.Seed,
            SubmittedAt = state.SubmittedAt,
            EndedAt = state.EndedAt,
            Trials = state.Trials.Count,
            Counts = TrialCounts.From(state),
            Evaluations = new EvaluationCounts(pending, running, completed, failed),
            EpochsDone = done,
            EpochsTotal = total,
            EtaSeconds = TimeToGo.Seconds(state),
            Best = BestTrial.Of(state),
            Baselines = BaselineResult.From(state),
        };
    }
}

/// <summary>What <c>sweep list --json</c> says.</summary>
public sealed record SweepOverviews(ImmutableArray<SweepOverview> Sweeps);

/// <summary>One sweep and what it was submitted as.</summary>
public sealed record SweepDetail : SweepOverview
{
    public SweepDetail() { }

    [SetsRequiredMembers]
    SweepDetail(SweepOverview overview, string file, ImmutableArray<string> parameters)
        : base(overview)
    {
        File = file;
        Parameters = parameters;
    }

    /// <summary>The sweep file, to the letter.</summary>
    public required string File { get; init; }

    /// <summary>Paths at which trials differ, as <see cref="TrialParameters.Differing"/> has them.</summary>
    public required ImmutableArray<string> Parameters { get; init; }

    public static new SweepDetail From(SweepState state) =>
        new(SweepOverview.From(state), state.File, TrialParameters.Differing(state.Spec, state.Trials.Select(trial => trial.Parameters)));
}

/// <summary>Trials by state.</summary>
public sealed record TrialCounts(int Pending, int Running, int Completed, int Failed, int Stopped)
{
    public static TrialCounts From(SweepState state) =>
        new(
            state.Count(TrialStatus.Pending),
            state.Count(TrialStatus.Running),
            state.Count(TrialStatus.Completed),
            state.Count(TrialStatus.Failed),
            state.Count(TrialStatus.Stopped)
        );
}

public sealed record EvaluationCounts(int Pending, int Running, int Completed, int Failed);
