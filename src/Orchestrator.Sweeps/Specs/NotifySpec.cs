using System.Collections.Immutable;
using System.Text.Json;

namespace Orchestrator.Sweeps.Specs;

/// <summary>What there is to tell of a sweep.</summary>
public enum NoticeKind
{
    /// <summary>It is over, whatever came of it.</summary>
    SweepEnded,

    /// <summary>It paused itself.</summary>
    SweepPaused,

    /// <summary>A trial was evaluated that is better than all that were before.</summary>
    NewBest,

    /// <summary>A trial has failed for good.</summary>
    TrialFailed,

    /// <summary>Four fifths of one of its budgets are used.</summary>
    BudgetNear,
}

/// <summary>Who is told of a sweep, and of what.</summary>
/// <param name="Channels">By the names that the coordinator's file of channels gives them; empty: nobody.</param>
/// <param name="Events">Empty: all.</param>
public sealed record NotifySpec(ImmutableArray<string> Channels, ImmutableArray<NoticeKind> Events)
{
    public const string ChannelsPath = "notify.channels",
        EventsPath = "notify.events";

    public const string ChannelName = "[a-z0-9-]{1,48}";

    static readonly ImmutableArray<(string Name, NoticeKind Kind)> Kinds =
    [
        .. Enum.GetValues<NoticeKind>().Select(kind => (JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()), kind)),
    ];

    public static NotifySpec Nobody { get; } = new([], []);

    internal static ImmutableArray<Field> Fields { get; } =
    [
        new(ChannelsPath, new Matching(ChannelName, "1 to 48 characters of a-z, 0-9 and -"), null, "Channels of the coordinator to tell.")
        {
            IsList = true,
        },
        new(EventsPath, new OneOf([.. Kinds.Select(one => one.Name)]), null, "What they are told of; all where it is left out.")
        {
            IsList = true,
        },
    ];

    /// <param name="items">Canonical texts of a field by its path.</param>
    internal static NotifySpec Of(Func<string, ImmutableArray<string>> items) =>
        new(items(ChannelsPath), [.. items(EventsPath).Select(name => Kinds.First(one => one.Name == name).Kind)]);

    public bool Wants(NoticeKind kind) => !Channels.IsEmpty && (Events.IsEmpty || Events.Contains(kind));
}
