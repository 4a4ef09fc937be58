using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Reports.Views;

/// <summary>A sweep at a glance: one of <c>GET /api/sweeps</c> and <c>sweep list --json</c>.</summary>
public record SweepOverview
{
    /// <summary>The sweep's identifier in its data folder; today its name.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required SweepStatus State { get; init; }

    /// <summary>Why the sweep paused itself; null where it is not paused, or somebody asked for it.</summary>
    public string? PausedBecause { get; init; }

    /// <summary>The budget that stopped it; null where none did.</summary>
    public string? StoppedBecause { get; init; }

    /// <summary>What it may take.</summary>
    public SweepBudget Budget { get; init; } = SweepBudget.Unlimited;

    /// <summary>Why work of it waits that no slot of the cluster can hold, or that the quota of its token does not let begin; null where
    /// that is not so.</summary>
    public string? WaitsBecause { get; init; }

    /// <summary>What it may have of the cluster now; a coordinator that does not know shares says none.</summary>
    public SweepShare Share { get; init; } = SweepShare.Default;

    /// <summary>What people gave it to find it by.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>What somebody says of it; null where nobody does.</summary>
    public string? Note { get; init; }
    public required string Dataset { get; init; }

    /// <summary>SHA-256 of the content of all splits of the data set that the sweep began with; null until it is known.</summary>
    public string? DatasetSha256 { get; init; }
    public required long Seed { get; init; }

    /// <summary>Null where it was forked from none.</summary>
    public ForkView? Fork { get; init; }

    /// <summary>Whether it is not over, and no process goes on with it: seen in a data folder, and written only where it is so.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Interrupted { get; init; }
    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>As <see cref="SweepState.SubmittedBy"/>.</summary>
    public string? SubmittedBy { get; init; }
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>As <see cref="SweepState.PlannedTrials"/>: more than there are in <see cref="Counts"/> while a search draws them.</summary>
    public required int Trials { get; init; }
    public required TrialCounts Counts { get; init; }
    public required EvaluationCounts Evaluations { get; init; }
    public required long EpochsDone { get; init; }

    /// <summary>The planned epochs, as <see cref="SweepProgress.EpochsPlanned"/>.</summary>
    public required long EpochsTotal { get; init; }

    /// <summary>The evaluations to come, as <see cref="SweepProgress.EvaluationsToCome"/>.</summary>
    public required int EvaluationsToCome { get; init; }

    /// <summary>Seconds until the sweep is over, as <see cref="TimeLeft.Total"/>.</summary>
    public required double? EtaSeconds { get; init; }

    /// <summary>Seconds until the last epoch is trained, as <see cref="TimeLeft.Training"/>.</summary>
    public required double? TrainingEtaSeconds { get; init; }

    /// <summary>From here to <see cref="EtaHighSeconds"/> is <see cref="EtaSeconds"/>, or where that is not known
    /// <see cref="TrainingEtaSeconds"/>, as <see cref="TimeLeft.Range"/>.</summary>
    public required double? EtaLowSeconds { get; init; }
    public required double? EtaHighSeconds { get; init; }
    public required BestTrial? Best { get; init; }

    /// <summary>Bytes of its checkpoints that are stored.</summary>
    public long CheckpointBytes { get; init; }

    /// <summary>What it took until now.</summary>
    public CostRow? Cost { get; init; }
    public required BaselineResult Baselines { get; init; }

    public static SweepOverview From(SweepState state, DateTimeOffset now) => From(state, now, Differing(state));

    private protected static ImmutableArray<string> Differing(SweepState state) =>
        TrialParameters.Differing(state.Spec, state.Trials.Select(trial => trial.Parameters));

    private protected static SweepOverview From(SweepState state, DateTimeOffset now, ImmutableArray<string> differing)
    {
        var progress = SweepProgress.From(state, now);
        return new SweepOverview
        {
            Id = state.Spec.Name,
            Name = state.Spec.Name,
            State = state.Status,
            PausedBecause = state.PausedBecause is { } because ? StatusText.SelfPause(because) : null,
            StoppedBecause = state.StoppedBecause?.Message,
            Budget = state.Budget,
            WaitsBecause = state.HeldBack ?? state.WaitsBecause,
            Share = state.Share,
            Tags = [.. state.Tags],
            Note = Known.Text(state.Note),
            Dataset = state.Spec.Dataset,
            DatasetSha256 = state.DatasetSha256,
            Seed = state.Spec.Seed,
            Fork = ForkView.From(state),
            SubmittedAt = state.SubmittedAt,
            SubmittedBy = state.SubmittedBy,
            EndedAt = state.EndedAt,
            Trials = state.PlannedTrials,
            Counts = TrialCounts.From(state),
            Evaluations = EvaluationCounts.From(state),
            EpochsDone = progress.EpochsDone,
            EpochsTotal = progress.EpochsPlanned,
            EvaluationsToCome = progress.EvaluationsToCome,
            EtaSeconds = progress.TimeLeft.Total?.TotalSeconds,
            TrainingEtaSeconds = progress.TimeLeft.Training?.TotalSeconds,
            EtaLowSeconds = progress.TimeLeft.Range?.From.TotalSeconds,
            EtaHighSeconds = progress.TimeLeft.Range?.To.TotalSeconds,
            Best = BestTrial.From(state, progress, differing),
            CheckpointBytes = state.CheckpointBytes,
            Cost = CostRow.From("", state.SpentUntil(now)),
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
    SweepDetail(SweepOverview overview, SweepState state, ImmutableArray<string> parameters)
        : base(overview)
    {
        File = state.File;
        Parameters = parameters;
        Rungs = RungRow.Of(state);
        Ranges = state.Spec.Space.RangesByPath();
        var front = ParetoFront.Of(state);
        Pareto = [.. front.Trials.Select(TrialId.Of)];
        InterpolationSchemes = [.. front.Schemes];
        InterpolationFid = front.Trials.ToImmutableSortedDictionary(
            TrialId.Of,
            number => front.InterpolationFid(state.Trial(number)),
            StringComparer.Ordinal
        );
    }

    /// <summary>The sweep file, to the letter.</summary>
    public required string File { get; init; }

    /// <summary>Paths at which trials differ, as <see cref="TrialParameters.Differing"/> has them.</summary>
    public required ImmutableArray<string> Parameters { get; init; }

    /// <summary>Empty where the scheduler has none, or nobody has arrived at one.</summary>
    public required ImmutableArray<RungRow> Rungs { get; init; }

    /// <summary>By its path, the range from which the search draws a parameter.</summary>
    public required ImmutableSortedDictionary<string, ValueRange> Ranges { get; init; }

    /// <summary>Ids of the trials on the front of <see cref="ParetoFront"/>, by number.</summary>
    public required ImmutableArray<string> Pareto { get; init; }

    /// <summary>The schemes that <see cref="InterpolationFid"/> is the mean over: <see cref="ParetoFront.Schemes"/>.</summary>
    public required ImmutableArray<string> InterpolationSchemes { get; init; }

    /// <summary>Of the trials on the front, by id.</summary>
    public required ImmutableSortedDictionary<string, double?> InterpolationFid { get; init; }

    public static new SweepDetail From(SweepState state, DateTimeOffset now)
    {
        var differing = Differing(state);
        return new(From(state, now, differing), state, differing);
    }
}

/// <summary>Trials by state.</summary>
/// <param name="Paused">At a rung, where they wait to be promoted.</param>
/// <param name="Pruned">Given up by the scheduler.</param>
public sealed record TrialCounts(int Pending, int Running, int Completed, int Failed, int Stopped, int Paused, int Pruned)
{
    public static TrialCounts From(SweepState state) =>
        new(
            state.Count(TrialStatus.Pending),
            state.Count(TrialStatus.Running),
            state.Count(TrialStatus.Completed),
            state.Count(TrialStatus.Failed),
            state.Count(TrialStatus.Stopped),
            state.Count(TrialStatus.Paused),
            state.Count(TrialStatus.Pruned)
        );
}

/// <summary>Evaluations by state.</summary>
public sealed record EvaluationCounts(int Pending, int Running, int Completed, int Failed)
{
    public static EvaluationCounts From(SweepState state)
    {
        return new(
            Count(EvaluationStatus.Pending),
            Count(EvaluationStatus.Running),
            Count(EvaluationStatus.Completed),
            Count(EvaluationStatus.Failed)
        );

        int Count(EvaluationStatus status) => state.Trials.Count(trial => trial.Evaluation == status);
    }
}
