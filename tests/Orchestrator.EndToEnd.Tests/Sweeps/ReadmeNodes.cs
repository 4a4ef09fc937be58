using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>The nodes of the README's cluster: they run until all its commands have run, on ports that nobody else has.</summary>
sealed partial class ReadmeNodes : IAsyncDisposable
{
    /// <summary>The README's ports: of the nodes, of their HTTP endpoints.</summary>
    static readonly string[] Ports = ["4053", "4054", "8080", "8081"];

    readonly int _first = FreePorts.Row(Ports.Length);
    readonly List<Run> _running = [];

    public string WithFreePorts(string command) =>
        Port().Replace(WithDefaults(command), port => (_first + Array.IndexOf(Ports, port.Value)).ToString(CultureInfo.InvariantCulture));

    // A port that is not named is the default one, which somebody else may have too.
    static string WithDefaults(string command) =>
        !command.Contains("node start", StringComparison.Ordinal)
            ? command
            : command
                + (command.Contains(" --port ", StringComparison.Ordinal) ? "" : " --port 4053")
                + (command.Contains(" --http-port ", StringComparison.Ordinal) ? "" : " --http-port 8080");

    public Task Started(Run node)
    {
        _running.Add(node);
        return node.Wrote("node akka");
    }

    /// <summary>The submitted sweep comes to its end on these nodes, and each of them leaves when it is asked to.</summary>
    public async Task FinishAndLeave(SweepFolder folder)
    {
        Assert.Equal(2, _running.Count);
        await Eventually.TrueAsync(
            async () => (await Listed(folder)).Contains("digits  completed", StringComparison.Ordinal),
            otherwise: () => $"the submitted sweep never ended: {string.Join('\n', _running)}"
        );

        foreach (var node in Enumerable.Reverse(_running))
        {
            node.Signal(PosixSignal.SIGINT);
            await node.ExitsWith(0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _running)
            await node.DisposeAsync();
    }

    async Task<string> Listed(SweepFolder folder)
    {
        await using var run = Run.Orchestrator(folder.Root, WithFreePorts("sweep list --server http://127.0.0.1:8080").Split(' '));
        await run.ExitsWith(0);
        return run.Output;
    }

    [GeneratedRegex(@"\b(4053|4054|8080|8081)\b")]
    private static partial Regex Port();
}
