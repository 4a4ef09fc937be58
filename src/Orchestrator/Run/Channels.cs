using Orchestrator.Cluster;
using Orchestrator.Cluster.Notices;
using Orchestrator.Cluster.Settings;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Run;

/// <summary>The channels that a process without a node's settings has: those of the same file.</summary>
static class Channels
{
    /// <param name="path">Null: as the environment says it, or the data folder's own.</param>
    /// <exception cref="NodeSettingException">The file cannot be used.</exception>
    public static NoticeChannels Read(DataFolder folder, TimeProvider time, string? path = null)
    {
        var file = path ?? Environment.GetEnvironmentVariable(NodeSettingTable.Notify.Variable);
        return ChannelFile.Read(string.IsNullOrEmpty(file) ? null : UserPath.Full(file), folder, time);
    }

    /// <summary>The same, for one sweep.</summary>
    /// <param name="isNew">Nobody has been told of it yet: all of its channels are to be there.</param>
    /// <exception cref="CommandException">The file cannot be used, or lacks a channel that the sweep names (2).</exception>
    public static NoticeChannels For(SweepSpec spec, DataFolder folder, bool isNew, TimeProvider time)
    {
        try
        {
            var channels = Read(folder, time);
            return isNew && channels.Missing(spec.Notify) is { } missing ? throw new CommandException(ExitCode.BadCall, missing) : channels;
        }
        catch (NodeSettingException error)
        {
            throw new CommandException(ExitCode.BadCall, error.Message);
        }
    }
}
