using System.CommandLine;
using Orchestrator.Run;
using Orchestrator.Sweeps;

namespace Orchestrator.Commands;

/// <summary>What all commands take that bring a sweep to its end on this machine.</summary>
sealed class LocalRun
{
    readonly Option<int?> _slots = SweepCommands.Slots();
    readonly Option<string?> _devices = SweepCommands.Devices();

    readonly Option<bool> _noProgress = new("--no-progress") { Description = "Plain lines instead of a live table" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_slots, _devices, _noProgress])
            command.Add(option);
    }

    /// <param name="file">The sweep file that a command to go on names.</param>
    public SweepRunOptions Of(ParseResult parsed, string file, DataFolder folder, int? metricsPort = null) =>
        new(
            file,
            folder,
            parsed.GetValue(_slots),
            metricsPort,
            Plain: parsed.GetValue(_noProgress),
            Json: parsed.GetValue(SweepCommands.Json)
        )
        {
            Devices = parsed.GetValue(_devices),
        };
}
