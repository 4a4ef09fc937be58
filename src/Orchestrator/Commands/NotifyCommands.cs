using System.CommandLine;
using Orchestrator.Cluster.Notices;
using Orchestrator.Cluster.Settings;
using Orchestrator.Run;
using Orchestrator.Sweeps;

namespace Orchestrator.Commands;

/// <summary><c>notify …</c>: the channels by which people are told of sweeps.</summary>
static class NotifyCommands
{
    public static Command Create(TimeProvider time) => new("notify", "The channels by which people are told of sweeps") { Test(time) };

    static Command Test(TimeProvider time)
    {
        var name = new Argument<string>("channel") { Description = "Name of the channel in the file" };
        var file = new Option<string?>(NodeSettingTable.Notify.Flag)
        {
            Description = $"File of the channels; default: {NodeSettingTable.Notify.Variable}, or notify.conf in the data folder",
        };
        var folder = new Option<string>("--data-dir")
        {
            Description = "Data folder of the coordinators",
            DefaultValueFactory = _ => SweepCommands.DefaultDataFolder,
        };
        var command = new Command("test", "Send a message to a channel now, and say whether it arrived") { name, file, folder };
        command.SetAction(
            (parsed, cancel) =>
                NodeFlags.Checked(async () =>
                {
                    var data = new DataFolder(UserPath.Full(parsed.GetRequiredValue(folder)));
                    var channels = Channels.Read(data, time, parsed.GetValue(file));
                    var wanted = parsed.GetRequiredValue(name);
                    if (!channels.ByName.TryGetValue(wanted, out var channel))
                        throw new CommandException(
                            ExitCode.NotFound,
                            $"there is no channel '{wanted}'; {channels.Source} has {channels.Names}"
                        );
                    var message = NoticeMessage.Test(wanted, channels.Page, time.GetUtcNow());
                    if ((await channel.SendAsync(message, cancel)).Fault is { } fault)
                        throw new CommandException(ExitCode.Failed, $"channel '{wanted}' was not told: {fault}");
                    Console.Error.WriteLine($"channel '{wanted}' was told ({message.Id})");
                    return ExitCode.Done;
                })
        );
        return command;
    }
}
