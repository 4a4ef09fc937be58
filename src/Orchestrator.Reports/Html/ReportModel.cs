using System.Collections.Immutable;
using Orchestrator.Reports.Charts;
using Orchestrator.Reports.Results;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Reports.Html;

/// <summary>Everything that the sections of a report are written from.</summary>
/// <param name="Trials">Best first.</param>
sealed record ReportModel(
    SweepState State,
    SweepResults Results,
    ImmutableArray<TrialView> Trials,
    DataFolder Folder,
    ReportContext Context
)
{
    public static ReportModel Of(SweepState state, DataFolder folder, ReportContext context)
    {
        var results = SweepResults.From(state);
        var labels = ParameterLabels.For(results);
        var trials = TrialRanking
            .Of(state.Trials.Zip(results.Trials), trial => trial.Second.RankingKey)
            .Select(
                (ranked, place) =>
                    new TrialView(
                        ranked.Trial.First,
                        ranked.Trial.Second,
                        ranked.Rank,
                        labels.Of(ranked.Trial.Second),
                        TrialView.ColourOf(place)
                    )
            );
        return new(state, results, [.. trials], folder, context);
    }

    public SweepProgress Progress { get; } = SweepProgress.From(State, Context.GeneratedAt);

    /// <summary>The trials whose evaluation left details, with those, in the order of the trials.</summary>
    public ImmutableArray<(TrialView Trial, EvaluationDetails Details)> Details { get; } =
    [
        .. Trials
            .Select(trial => (trial, Details: DetailsFile.Of(trial, Results.Sweep.Name, Folder)))
            .Where(of => of.Details is not null)
            .Select(of => (of.trial, of.Details!)),
    ];

    public BaselineResult Baselines => Results.Sweep.Baselines;

    public TrialView? Best => Trials.FirstOrDefault(trial => trial.State.Number == Progress.Best?.Number);

    /// <summary>The first trial that has scores: it speaks for the protocol of all.</summary>
    public TrialView? Evaluated => Trials.FirstOrDefault(trial => trial.State.Scores is not null);
}
