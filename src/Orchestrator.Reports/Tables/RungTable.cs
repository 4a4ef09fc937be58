using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Sweeps.Progress;

namespace Orchestrator.Reports.Tables;

/// <summary>The rungs of a sweep as people read them: a row for each, and of each ladder the lowest first.</summary>
public static class RungTable
{
    public static (ImmutableArray<ResultsColumn> Columns, ImmutableArray<ImmutableArray<string>> Rows) Of(ImmutableArray<RungRow> rungs)
    {
        (ResultsColumn Head, Func<RungRow, string> Cell)[] all =
        [
            (new("ladder", null, "Stratum or bracket within which configurations are compared.", false), rung => rung.Ladder ?? ""),
            (new("epochs", null, "Epochs that a configuration has at this rung.", true), rung => Number(rung.Level)),
            (new("arrived", null, "Configurations that got here, or failed on their way.", true), rung => Number(rung.Arrived)),
            (new("waiting", null, "Those that may still be promoted.", true), rung => Number(rung.Waiting)),
            (
                new("survived", null, "Those that went on to the next rung.", true),
                rung => rung.Survived is { } survived ? Number(survived) : Figure.Unknown
            ),
            (new("best", null, "The lowest value here; means over replicates are compared.", true), rung => Figure.Bits(rung.Best)),
            (new("of", null, "What is compared.", false), rung => rung.Metric),
        ];
        var columns = all.Where(column => column.Head.Header != "ladder" || rungs.Any(rung => rung.Ladder is not null)).ToList();
        return (
            [.. columns.Select(column => column.Head)],
            [.. rungs.Select(rung => columns.Select(column => column.Cell(rung)).ToImmutableArray())]
        );
    }

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
