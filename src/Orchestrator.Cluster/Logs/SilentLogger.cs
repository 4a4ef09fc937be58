using Akka.Event;

namespace Orchestrator.Cluster.Logs;

/// <summary>Stands in for the logger that writes on standard output before the file's logger starts and after it has stopped: standard
/// output is data.</summary>
public sealed class SilentLogger : MinimalLogger
{
    protected override void Log(object message)
    {
        // what a system says of its own beginning and end is of no use to the reader of results
    }
}
