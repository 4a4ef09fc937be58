using System.Collections.Immutable;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Notices;

/// <summary>The channels of a coordinator by name. Sweeps name them, and only the operator says where they lead.</summary>
/// <param name="Source">Where they are described, for people.</param>
/// <param name="Page">Address of the live page; null where it is not known.</param>
public sealed record NoticeChannels(string Source, Uri? Page, DataFolder Folder, ImmutableSortedDictionary<string, INoticeChannel> ByName)
{
    /// <returns>Why a sweep's <c>notify</c> cannot be done here; null where it can.</returns>
    public string? Missing(NotifySpec notify) =>
        notify.Channels.FirstOrDefault(name => !ByName.ContainsKey(name)) is { } missing
            ? $"{NotifySpec.ChannelsPath}: there is no channel '{missing}'; {Source} has {Names}"
                + Suggestions.DidYouMean(missing, ByName.Keys)
            : null;

    /// <summary>The names in words.</summary>
    public string Names => ByName.IsEmpty ? "none" : string.Join(", ", ByName.Keys);
}
