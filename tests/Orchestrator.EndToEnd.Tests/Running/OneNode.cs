using System.Globalization;

namespace Orchestrator.EndToEnd.Tests.Running;

/// <summary>A coordinator, workers and an evaluator in one process on free ports, with the data in the folder's <c>runs</c>: started as
/// often as a test wants, always in the same place.</summary>
sealed class OneNode(SweepFolder folder)
{
    readonly int _port = FreePorts.Row(2);

    public string Server => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port + 1}");

    /// <returns>The process, once it has joined.</returns>
    public async Task<Run> StartAsync(int slots, params string[] more)
    {
        string[] roles = ["--role", "coordinator", "--role", "worker", "--role", "evaluator"];
        string[] places = ["--data-dir", "runs", "--port", Text(_port), "--http-port", Text(_port + 1)];
        var node = Run.Orchestrator(folder.Root, ["node", "start", .. roles, "--slots", Text(slots), .. places, .. more]);
        await node.Wrote("node akka");
        return node;
    }

    /// <summary>What <c>sweep …</c> says of the node's sweeps; it must end well.</summary>
    public async Task<string> SayAsync(params string[] verb)
    {
        await using var run = Run.Orchestrator(folder.Root, ["sweep", .. verb, "--server", Server]);
        await run.ExitsWith(0);
        return run.Output;
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
