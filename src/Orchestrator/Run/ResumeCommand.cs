using System.Globalization;
using Orchestrator.Sweeps;

namespace Orchestrator.Run;

/// <summary>The command that goes on with a sweep, with everything that was asked for, from whatever folder it is typed in.</summary>
static class ResumeCommand
{
    /// <param name="more">What was not asked for, and is now to be.</param>
    public static string Of(SweepRunOptions options, string sweep, params string[] more) =>
        ShellCommand.Of([
            "sweep",
            "run",
            File(options, sweep),
            "--data-dir",
            options.Folder.Root,
            .. Option("--slots", options.Slots),
            .. options.Devices is { } devices ? ["--devices", devices] : (string[])[],
            .. Option("--metrics-port", options.MetricsPort),
            .. Switch("--no-progress", options.Plain),
            .. Switch("--json", options.Json),
            .. more,
        ]);

    // What came through a pipe cannot be read a second time; the sweep's folder has a copy.
    static string File(SweepRunOptions options, string sweep)
    {
        var file = Path.GetFullPath(options.File);
        return file.StartsWith("/dev/", StringComparison.Ordinal) || file.StartsWith("/proc/", StringComparison.Ordinal)
            ? options.Folder.SweepFile(sweep)
            : file;
    }

    static string[] Option(string name, int? value) => value is { } number ? [name, number.ToString(CultureInfo.InvariantCulture)] : [];

    static string[] Switch(string name, bool isOn) => isOn ? [name] : [];
}
