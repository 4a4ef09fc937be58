using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Attempts;

namespace Orchestrator.Training.Trials;

/// <summary>A process's messages as JSON lines, each flushed at once.</summary>
public sealed class MessageWriter(TextWriter output)
{
    public void Write(ProcessMessage message)
    {
        output.Write(JsonSerializer.Serialize(message, OrchestratorJson.Compact) + "\n");
        output.Flush();
    }
}
