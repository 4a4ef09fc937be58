using System.Collections.Immutable;
using Orchestrator.Reports.Results;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Page;

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
        var trials = Ranking
            .Of(results)
            .Select(
                (ranked, place) =>
                    new TrialView(
                        state.Trials.Single(trial => trial.Id == ranked.Trial.Id),
                        ranked.Trial,
                        ranked.Rank,
                        labels.Of(ranked.Trial),
                        TrialView.ColourOf(place)
                    )
            );
        return new(state, results, [.. trials], folder, context);
    }

    /// <summary>Of the trials whose evaluation left details, in the order of the trials.</summary>
    public ImmutableArray<(TrialView Trial, EvaluationDetails Details)> Details { get; } =
    [
        .. Trials
            .Select(trial => (trial, Details: DetailsFile.Of(trial, Results.Sweep.Name, Folder)))
            .Where(of => of.Details is not null)
            .Select(of => (of.trial, of.Details!)),
    ];

    public BaselineResult Baselines => Results.Sweep.Baselines;

    public TrialView? Best => Trials.FirstOrDefault(trial => trial.Rank == 1);

    /// <summary>Of the trials that have scores, the one that speaks for the protocol of all.</summary>
    public TrialView? Evaluated => Trials.FirstOrDefault(trial => trial.State.Scores is not null);
}

/// <param name="Label">The parameters that set it apart; may be empty.</param>
/// <param name="Colour">The style class that is the trial's in every part of the report.</param>
sealed record TrialView(TrialState State, TrialResult Result, int? Rank, string Label, string Colour)
{
    /// <summary>More colours than this cannot be told apart: further trials are drawn in grey.</summary>
    public const int Colours = 8;

    public string Id => Result.Id;

    public bool IsColoured => Colour != Grey;

    /// <summary>For instance <c>0003 von-mises-fisher kappa=1.5d</c>.</summary>
    public string Name => $"{Id} {Label}".TrimEnd();

    public static string ColourOf(int place) => place < Colours ? $"c{place}" : Grey;

    const string Grey = "grey";
}
