using System.Collections.Immutable;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using static System.FormattableString;

namespace Orchestrator.Reports.Views;

/// <summary>What a sweep took until now, by what came of it, as <see cref="Spending"/> has it: what <c>GET /api/sweeps/{id}/cost</c>
/// says, and of all sweeps together <c>GET /api/cost</c>.</summary>
/// <param name="Id">Of the sweep; empty where it is of all.</param>
/// <param name="All">Of all that it is of.</param>
/// <param name="By">What the rows are of: of one sweep <see cref="Attempt"/>, <see cref="Trial"/>, <see cref="Base"/>, <see cref="Node"/>
/// or the path of a parameter, of all sweeps <see cref="Sweep"/>, <see cref="Token"/> or <see cref="Base"/>; null where there are
/// none.</param>
public sealed record SweepCost(string Id, CostRow All, string? By, ImmutableArray<CostRow> Rows)
{
    public const string Attempt = "attempt",
        Trial = "trial",
        Base = "base",
        Node = "node",
        Sweep = "sweep",
        Token = "token";

    /// <summary>Of sweeps that were submitted without a token.</summary>
    public const string NoToken = "(none)";

    /// <summary>What the cost of a sweep can be told by.</summary>
    public static ImmutableArray<string> Groupings(SweepState state) =>
        [Base, Node, Trial, Attempt, .. TrialParameters.Differing(state.Spec, state.Trials.Select(trial => trial.Parameters))];

    /// <summary>What the cost of all sweeps can be told by.</summary>
    public static ImmutableArray<string> GroupingsOfAll { get; } = [Sweep, Token, Base];

    /// <param name="by">One of the <see cref="Groupings"/>; null for the sum alone.</param>
    public static SweepCost From(SweepState state, string? by, DateTimeOffset now) =>
        new(
            state.Spec.Name,
            CostRow.From("", state.SpentUntil(now)),
            by,
            [
                .. RowsOf(
                    by switch
                    {
                        null => [],
                        Node => ByNode(state, now),
                        Attempt => ByAttempt(state, now),
                        _ => ByTrial(state, GroupOf(state, by), now),
                    }
                ),
            ]
        );

    /// <param name="by">One of the <see cref="GroupingsOfAll"/>; null for the sum alone.</param>
    public static SweepCost OfAll(IEnumerable<SweepState> sweeps, string? by, DateTimeOffset now)
    {
        var all = sweeps.Select(state => (State: state, Spent: state.SpentUntil(now))).ToList();
        return new SweepCost(
            "",
            CostRow.From("", all.Aggregate(Spending.None, (sum, one) => sum + one.Spent)),
            by,
            [
                .. RowsOf(
                    by switch
                    {
                        null => [],
                        Sweep => all.Select(one => (one.State.Spec.Name, one.Spent)),
                        Token => all.Select(one => (one.State.SubmittedBy ?? NoToken, one.Spent)),
                        _ => all.SelectMany(one => ByTrial(one.State, GroupOf(one.State, by), now)),
                    }
                ),
            ]
        );
    }

    static IEnumerable<(Lease Lease, Spending Spent)> Running(SweepState state, DateTimeOffset now) =>
        state.Leases.Values.OrderBy(held => held.Lease.Token).Select(held => (held.Lease, Spending.Of(held, now)));

    static IEnumerable<(string Name, Spending Spent)> ByNode(SweepState state, DateTimeOffset now) =>
        state
            .SpentByNode.Select(node => (node.Key, node.Value))
            .Concat(Running(state, now).Select(one => (SweepState.AddressOf(one.Lease.Node), one.Spent)));

    static IEnumerable<(string Name, Spending Spent)> ByTrial(SweepState state, Func<TrialState, string> group, DateTimeOffset now) =>
        state
            .Trials.Where(trial => trial.Attempts > 0)
            .Select(trial => (group(trial), trial.Spent))
            .Concat(Running(state, now).Select(one => (group(state.Trial(one.Lease.Trial)), one.Spent)));

    static IEnumerable<(string Name, Spending Spent)> ByAttempt(SweepState state, DateTimeOffset now) =>
        state.Trials.SelectMany(trial => Attempts(state, trial, now).Select(one => ($"{trial.Id} {one.Name}", one.Spent)));

    /// <summary>What each attempt and evaluation of a trial took, in the order in which they began.</summary>
    internal static ImmutableArray<CostRow> OfAttempts(SweepState state, TrialState trial, DateTimeOffset now) =>
        [.. Attempts(state, trial, now).Select(one => CostRow.From(one.Name, one.Spent))];

    static IEnumerable<(string Name, Spending Spent)> Attempts(SweepState state, TrialState trial, DateTimeOffset now)
    {
        return trial
            .EndedLeases.Select(ended => (Name(ended.Kind, ended.Attempt, StatusText.Of(ended.Cause)), ended.Spent))
            .Concat(
                Running(state, now)
                    .Where(one => one.Lease.Trial == trial.Number)
                    .Select(one => (Name(one.Lease.Kind, one.Lease.Attempt, "running"), one.Spent))
            );

        // Up to 99 in the order of their names.
        static string Name(WorkKind kind, int attempt, string end) =>
            Invariant($"{(kind == WorkKind.Training ? "attempt" : "evaluation")} {attempt, 2}: {end}");
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
