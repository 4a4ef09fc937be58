using System.Text.Json;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Training.Trials;

/// <summary>A process's messages as JSON lines, each flushed at once.</summary>
public sealed class MessageWriter(TextWriter output)
{
    public void Write(ProcessMessage message)
    {
        var line = JsonSerializer.Serialize(message, TaskJson.Compact) + "\n";
        // The watch over the steps writes from another thread.
        lock (output)
        {
            output.Write(line);
            output.Flush();
        }
    }
}
