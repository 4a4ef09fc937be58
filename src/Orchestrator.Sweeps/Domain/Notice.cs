using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Domain;

/// <summary>Something of a sweep that somebody is still to be told.</summary>
/// <param name="Number">From 1 on, by the sweep.</param>
/// <param name="Text">One or a few sentences without the name of the sweep.</param>
/// <param name="Figures">The numbers in it, by name.</param>
/// <param name="Channels">Those that have not been told.</param>
public sealed record Notice(
    int Number,
    NoticeKind Kind,
    DateTimeOffset At,
    int? Trial,
    string Text,
    ImmutableSortedDictionary<string, double> Figures,
    ImmutableArray<string> Channels
);

/// <summary>What a sweep has had to tell. It follows from its events alone: whoever reads the journal knows what is still to be
/// told.</summary>
/// <param name="Open">Those of which not every channel has been told, in their order.</param>
/// <param name="Made">How many there were.</param>
public sealed record SweepNotices(ImmutableList<Notice> Open, int Made)
{
    public static SweepNotices None { get; } = new([], 0);

    /// <summary>The best trial that was told of.</summary>
    public int? Best { get; init; }

    /// <summary>How many trials that failed were told of.</summary>
    public int Failures { get; init; }

    /// <summary>Paths of the budgets that are near their end.</summary>
    public ImmutableSortedSet<string> NearBudgets { get; init; } = [];

    internal SweepNotices Told(NoticeSettled told)
    {
        var index = Open.FindIndex(notice => notice.Number == told.Notice);
        if (index < 0)
            return this;
        var left = Open[index].Channels.Remove(told.Channel);
        return this with { Open = left.IsEmpty ? Open.RemoveAt(index) : Open.SetItem(index, Open[index] with { Channels = left }) };
    }
}
