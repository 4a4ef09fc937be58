using System.Globalization;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Which trials are evaluated.</summary>
public static class EvaluationChoice
{
    /// <summary>Those that are trained to the end.</summary>
    public const string Completed = "completed";

    /// <summary>Those, and before that each trial at each rung.</summary>
    public const string Rungs = "rungs";

    /// <summary>Those, and the ones that the scheduler gave up.</summary>
    public const string Pruned = "stopped too";

    const string Best = "best ";

    internal static FieldKind Kind { get; } =
        new OneOf([Completed, Rungs, Pruned]) { Form = new($"{Best}[1-9][0-9]{{0,4}}", $"{Best}K (such as best 8)") };

    /// <returns>How many of the trained trials are evaluated once no training is left; null where it is not by number.</returns>
    public static int? BestOf(EvaluationSpec evaluation) =>
        evaluation.When.StartsWith(Best, StringComparison.Ordinal)
            ? int.Parse(evaluation.When[Best.Length..], CultureInfo.InvariantCulture)
            : null;
}
