using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Notices;

/// <summary>A notice as it is sent, to every channel the same.</summary>
/// <param name="Id">The same however often it is sent: who has had it has had it.</param>
/// <param name="Type">Name of its kind: <c>new_best</c>.</param>
/// <param name="At">When it happened.</param>
/// <param name="Trial">Null where it is of the whole sweep.</param>
/// <param name="Page">Address of the live page's view of it; null where that is not known.</param>
/// <param name="Picture">File of the trial's sample grid on this machine; null where it has none.</param>
public sealed record NoticeMessage(
    string Id,
    string Type,
    DateTimeOffset At,
    string Sweep,
    string? Trial,
    string Title,
    string Text,
    ImmutableSortedDictionary<string, double> Figures,
    string? Page,
    string? Picture
)
{
    const string SampleGrid = "samples.png";

    public static string IdOf(SweepState sweep, Notice notice) =>
        string.Create(CultureInfo.InvariantCulture, $"{sweep.Spec.Name}-{sweep.SubmittedAt.ToUnixTimeMilliseconds()}-{notice.Number}");

    /// <param name="page">Address of the live page; null where it is not known.</param>
    public static NoticeMessage Of(SweepState sweep, Notice notice, Uri? page, DataFolder folder)
    {
        var name = sweep.Spec.Name;
        var trial = notice.Trial is { } number ? sweep.Trial(number) : null;
        return new NoticeMessage(
            IdOf(sweep, notice),
            JsonNamingPolicy.SnakeCaseLower.ConvertName(notice.Kind.ToString()),
            notice.At,
            name,
            trial?.Id,
            $"Sweep {name}: {TitleOf(notice.Kind, trial?.Id, sweep.Status)}",
            notice.Text,
            notice.Figures,
            page is null ? null : $"{page.AbsoluteUri.TrimEnd('/')}/#/sweeps/{name}{(trial is null ? "" : $"/trials/{trial.Id}")}",
            notice.Kind == NoticeKind.NewBest ? Path.Combine(folder.Evaluation(name, trial!.Number, trial.Evaluations), SampleGrid) : null
        );
    }

    /// <summary>A message that only tells that messages arrive.</summary>
    public static NoticeMessage Test(string channel, Uri? page, DateTimeOffset now) =>
        new(
            string.Create(CultureInfo.InvariantCulture, $"test-{now.ToUnixTimeMilliseconds()}"),
            "test",
            now,
            "",
            null,
            $"Test of channel {channel}",
            "Messages of sweeps that name this channel arrive here.",
            ImmutableSortedDictionary<string, double>.Empty,
            page?.AbsoluteUri,
            null
        );

    static string TitleOf(NoticeKind kind, string? trial, SweepStatus status) =>
        kind switch
        {
            NoticeKind.NewBest => $"new best, trial {trial}",
            NoticeKind.TrialFailed => $"trial {trial} failed",
            NoticeKind.SweepPaused => "paused itself",
            NoticeKind.BudgetNear => "its budget is nearly used",
            _ => StatusText.Of(status),
        };
}
