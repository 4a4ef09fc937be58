using System.Text.Json;
using Orchestrator.Reports.Results;
using Orchestrator.Sweeps;

namespace Orchestrator.Output;

/// <summary>What a command says as JSON, on standard output: written as bytes, without a text of it all in between.</summary>
static class JsonOutput
{
    static readonly JsonSerializerOptions Dialect = OrchestratorJson.Indented.Knowing(ResultsShapes.Default);

    // Control characters are escaped in JSON: there is nothing in it that a terminal obeys.
    public static void Write<T>(T value)
    {
        JsonSerializer.Serialize(StandardStream.Output, value, Dialect);
        StandardStream.Output.Write("\n"u8);
    }
}
