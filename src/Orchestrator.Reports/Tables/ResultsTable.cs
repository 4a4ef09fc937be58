using System.Collections.Immutable;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Tables;

/// <summary>The results as people read them, on a terminal or a page: trials best first, then the baselines.</summary>
public sealed record ResultsTable(ImmutableArray<ResultsColumn> Columns, ImmutableArray<ResultsRow> Rows)
{
    public static ResultsTable From(SweepResults results)
    {
        var columns = ResultsColumns.For(results);
        var trials = TrialRanking
            .Of(results.Trials, trial => trial.RankingKey)
            .Select(ranked => new ResultsRow(RowKind.Trial, ranked.Trial.Id, [.. columns.Select(column => column.Cell(ranked))]));
        var baselines = Baselines(results.Sweep.Baselines)
            .Select(baseline => new ResultsRow(RowKind.Baseline, null, [.. columns.Select(column => column.OfBaseline(baseline))]));
        return new([.. columns.Select(column => column.Head)], [.. trials, .. baselines]);
    }

    static Baseline[] Baselines(BaselineResult baselines) =>
        [new("full-covariance Gaussian", baselines.FullCovarianceGaussian), new("factorised histogram", baselines.FactorisedHistogram)];
}

/// <param name="Unit">What stands below the header: unit, number of images, feature network; null where there is nothing to say.</param>
/// <param name="Meaning">One sentence.</param>
/// <param name="IsNumber">To be aligned right.</param>
public sealed record ResultsColumn(string Header, string? Unit, string Meaning, bool IsNumber);

public enum RowKind
{
    Trial,
    Baseline,
}

/// <param name="Trial">Id of the trial; null for a baseline.</param>
/// <param name="Cells">One for each column; an em dash where a figure is not known.</param>
public sealed record ResultsRow(RowKind Kind, string? Trial, ImmutableArray<string> Cells);
