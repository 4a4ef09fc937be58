using System.Collections.Immutable;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Reports.Views;

/// <summary>What a sweep took until now, by what came of it, as <see cref="Spending"/> has it: what <c>GET /api/sweeps/{id}/cost</c>
/// says.</summary>
/// <param name="All">Of the whole sweep.</param>
/// <param name="By">What the rows are of: <see cref="Trial"/>, <see cref="Base"/>, <see cref="Node"/> or the path of a parameter; null
/// where there are none.</param>
public sealed record SweepCost(string Id, CostRow All, string? By, ImmutableArray<CostRow> Rows)
{
    public const string Trial = "trial",
        Base = "base",
        Node = "node";

    /// <summary>What the cost of a sweep can be told by.</summary>
    public static ImmutableArray<string> Groupings(SweepState state) =>
        [Base, Node, Trial, .. TrialParameters.Differing(state.Spec, state.Trials.Select(trial => trial.Parameters))];

    /// <param name="by">One of the <see cref="Groupings"/>; null for the sum alone.</param>
    public static SweepCost From(SweepState state, string? by, DateTimeOffset now)
    {
        var running = state.Leases.Values.OrderBy(held => held.Lease.Token).Select(held => (held.Lease, Spent: Spending.Of(held, now)));
        return new SweepCost(
            state.Spec.Name,
            CostRow.From("", state.SpentUntil(now)),
            by,
            [
                .. by is null ? []
                : by == Node ? ByNode()
                : ByTrial(GroupOf(state, by)),
            ]
        );

        IEnumerable<CostRow> ByNode() =>
            RowsOf(
                state
                    .SpentByNode.Select(node => (node.Key, node.Value))
                    .Concat(running.Select(one => (SweepState.AddressOf(one.Lease.Node), one.Spent)))
            );

        IEnumerable<CostRow> ByTrial(Func<TrialState, string> group) =>
            RowsOf(
                state
                    .Trials.Where(trial => trial.Attempts > 0)
                    .Select(trial => (group(trial), trial.Spent))
                    .Concat(running.Select(one => (group(state.Trial(one.Lease.Trial)), one.Spent)))
            );
    }

    static IEnumerable<CostRow> RowsOf(IEnumerable<(string Name, Spending Spent)> parts) =>
        parts
            .GroupBy(part => part.Name, part => part.Spent)
            .Select(group => CostRow.From(group.Key, group.Aggregate((a, b) => a + b)))
            .OrderBy(row => row.Name, StringComparer.Ordinal);

    internal static Func<TrialState, string> GroupOf(SweepState state, string by)
    {
        if (by == Trial)
            return trial => trial.Id;
        if (by != Base)
            return trial => TrialParameters.Of(state.Spec, trial.Parameters).GetValueOrDefault(by, "");
        var labels = new ParameterLabels([
            .. TrialFields.Table.FieldsOf("base").Select(field => field.Path).Where(path => path != "base.concentration"),
        ]);
        return trial => labels.Of(TrialFields.Complete(state.Spec.Trial, trial.Parameters));
    }
}

/// <param name="Name">Of what it is; empty where it is all of the sweep.</param>
/// <param name="Useful">As <see cref="Spending.Useful"/>, and what trains now.</param>
public sealed record CostRow(
    string Name,
    CostFigures Total,
    CostFigures Useful,
    CostFigures LostToCrashes,
    CostFigures LostToPreemption,
    CostFigures Evaluation
)
{
    public static CostRow From(string name, Spending spent) =>
        new(
            name,
            CostFigures.From(spent.Total),
            CostFigures.From(spent.Useful),
            CostFigures.From(spent.LostToCrashes),
            CostFigures.From(spent.LostToPreemption),
            CostFigures.From(spent.Evaluation)
        );
}

/// <summary>As <see cref="Taken"/>.</summary>
/// <param name="Cost">0 where no node has a price.</param>
public sealed record CostFigures(double SlotSeconds, double GpuSeconds, double Cost)
{
    internal static CostFigures From(Taken taken) => new(taken.Slot.TotalSeconds, taken.GpuSeconds, taken.Cost);
}
