using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Run;

/// <summary>What of a sweep has failed and can be tried again.</summary>
/// <param name="Trials">That failed in training.</param>
/// <param name="Evaluations">That failed, of trials that are trained.</param>
sealed record SweepFailures(int Trials, int Evaluations)
{
    public bool Any => Trials + Evaluations > 0;

    /// <param name="among">Numbers of trials; empty for all.</param>
    public static SweepFailures Of(SweepState state, ImmutableArray<int> among = default)
    {
        var trials = among.IsDefaultOrEmpty ? state.Trials : among.Distinct().Select(state.Trial).ToImmutableList();
        return new(
            trials.Count(trial => trial.Status == TrialStatus.Failed),
            trials.Count(trial => trial.Evaluation == EvaluationStatus.Failed)
        );
    }

    public override string ToString() =>
        string.Join(" and ", new[] { Count(Trials, "trial"), Count(Evaluations, "evaluation") }.OfType<string>()) + " failed";

    static string? Count(int number, string what) => number == 0 ? null : $"{number} {what}{(number == 1 ? "" : "s")}";
}
