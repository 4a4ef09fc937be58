using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;
using static System.FormattableString;

namespace Orchestrator.Sweeps.Domain;

/// <summary>Which events of a sweep are worth telling, and in which words.</summary>
public static class Noticing
{
    /// <summary>So many trials that failed are told of one by one: a sweep may have thousands.</summary>
    public const int MostFailures = 20;

    /// <summary>Used to this part, a budget is near its end.</summary>
    public const double NearEnd = 0.8;

    const int LongestText = 1_000;

    static readonly ImmutableSortedDictionary<string, double> NoFigures = ImmutableSortedDictionary<string, double>.Empty.WithComparers(
        StringComparer.Ordinal
    );

    /// <param name="after">The state that the event left.</param>
    internal static SweepState After(SweepState after, SweepEvent fact) =>
        after.Spec.Notify.Channels.IsEmpty
            ? after
            : fact switch
            {
                SweepEnded => Add(after, fact, NoticeKind.SweepEnded, null, Ended(after), Counts(after)),
                SweepPaused { Because: { } because } => Add(
                    after,
                    fact,
                    NoticeKind.SweepPaused,
                    null,
                    $"It paused itself: {Cut(StatusText.SelfPause(because))}. Once that is mended, sweep resume goes on.",
                    NoFigures
                ),
                TrialFailed e when after.Notices.Failures < MostFailures => Failed(after, e),
                EvaluationCompleted e when IsBest(after, after.Trial(e.Trial)) => NewBest(after, after.Trial(e.Trial), e),
                BudgetNearlyUsed e => Add(
                    after with
                    {
                        Notices = after.Notices with { NearBudgets = after.Notices.NearBudgets.Add(e.Path) },
                    },
                    fact,
                    NoticeKind.BudgetNear,
                    null,
                    Invariant($"{NearEnd * 100} % of {e.Path} ({after.Budget.Values[e.Path]}) is used."),
                    NoFigures
                ),
                BudgetChanged => after with { Notices = after.Notices with { NearBudgets = [] } },
                _ => after,
            };

    /// <summary>Budgets that have come near their end and were not noted to be.</summary>
    internal static IEnumerable<SweepEvent> OfBudgets(SweepState state, DateTimeOffset now) =>
        state.Status is SweepStatus.Running or SweepStatus.Paused && state.Spec.Notify.Wants(NoticeKind.BudgetNear)
            ? Budgets
                .LimitsOf(state, now)
                .Where(limit => limit.Used >= NearEnd * limit.Total && !state.Notices.NearBudgets.Contains(limit.Path))
                .Select(SweepEvent (limit) => new BudgetNearlyUsed(limit.Path) { At = now })
            : [];

    static SweepState Failed(SweepState state, TrialFailed e)
    {
        var failures = state.Notices.Failures + 1;
        var last =
            failures == MostFailures ? Invariant($" {MostFailures} trials were told of: others that fail are counted at the end.") : "";
        return Add(
            state with
            {
                Notices = state.Notices with { Failures = failures },
            },
            e,
            NoticeKind.TrialFailed,
            e.Trial,
            $"Trial {TrialId.Of(e.Trial)} failed: {Cut(StatusText.Of(e.End))}.{last}",
            NoFigures
        );
    }

    /// <summary>By the rule of the ranking: validation decides, and whoever was given up on the way stands behind.</summary>
    static bool IsBest(SweepState state, TrialState trial) =>
        trial is { IsDropped: false, Status: TrialStatus.Completed or TrialStatus.Stopped, ValidationBitsPerDim: { } bits }
        && (
            state.Notices.Best is not { } best
            || state.Trial(best) is not { IsDropped: false, ValidationBitsPerDim: { } before }
            || bits < before
        );

    static SweepState NewBest(SweepState state, TrialState trial, EvaluationCompleted e)
    {
        var scores = e.Scores;
        var bits = trial.ValidationBitsPerDim!.Value;
        var parameters = string.Join(", ", trial.Parameters.Select(parameter => $"{parameter.Key} = {parameter.Value}"));
        return Add(
            state with
            {
                Notices = state.Notices with { Best = trial.Number },
            },
            e,
            NoticeKind.NewBest,
            trial.Number,
            Invariant($"Trial {trial.Id} is the best so far: validation {bits:F4}, {Scored(scores)}.")
                + (parameters.Length > 0 ? $" {Cut(parameters)}." : ""),
            NoFigures
                .Add("validation_bits_per_dim", bits)
                .Add("test_bits_per_dim", scores.Test.BitsPerDim)
                .Add("fid", scores.Samples.Fid)
                .Add("kid", scores.Samples.Kid)
        );
    }

    static string Scored(Tasks.EvaluationScores scores) =>
        Invariant($"test {scores.Test.BitsPerDim:F4} bits/dim, FID {scores.Samples.Fid:F2}, KID {scores.Samples.Kid:F4}");

    static string Ended(SweepState state)
    {
        var counts = string.Join(
            ", ",
            Counts(state).Where(count => count.Value > 0).Select(count => Invariant($"{count.Value} {count.Key}"))
        );
        var because = state.StoppedBecause is { } budget ? $" by its budget: {budget.Message}" : "";
        var best =
            state.Notices.Best is { } number && state.Trial(number) is { IsDropped: false, Scores: { } scores } trial
                ? $" Best: trial {trial.Id}, {Scored(scores)}."
                : "";
        return $"It is over: {StatusText.Of(state.Status)}{because}; trials: {counts}.{best}";
    }

    static ImmutableSortedDictionary<string, double> Counts(SweepState state) =>
        NoFigures.AddRange(
            new[] { TrialStatus.Completed, TrialStatus.Failed, TrialStatus.Stopped, TrialStatus.Pruned }.Select(status =>
                KeyValuePair.Create(StatusText.Of(status), (double)state.Count(status))
            )
        );

    static SweepState Add(
        SweepState state,
        SweepEvent fact,
        NoticeKind kind,
        int? trial,
        string text,
        ImmutableSortedDictionary<string, double> figures
    )
    {
        if (!state.Spec.Notify.Wants(kind))
            return state;
        var (notices, number) = (state.Notices, state.Notices.Made + 1);
        var notice = new Notice(number, kind, fact.At, trial, text, figures, state.Spec.Notify.Channels);
        return state with { Notices = notices with { Open = notices.Open.Add(notice), Made = number } };
    }

    static string Cut(string text) => text.Length <= LongestText ? text.TrimEnd('.') : $"{text[..LongestText]}…";
}
