using System.Runtime.CompilerServices;
using System.Text.Json;
using Orchestrator.Cluster.Serialization;
using Orchestrator.Sweeps;

namespace Orchestrator.Cluster.Tests.Serialization;

/// <summary>The lines of <c>messages.v1.txt</c>: manifest, the message as JSON, and its payload in base64, apart by tabs.</summary>
/// <remarks>To add a sample, add a line without a payload and run the tests with <c>UPDATE_SAMPLES=1</c>: the payload is then written
/// into the source. A payload that is there is never written anew, because a node of an earlier version may send it.</remarks>
static class MessageSamples
{
    const string Name = "messages.v1.txt";

    public static IReadOnlyList<(string Manifest, string Json, string Payload)> All { get; } = Read();

    static List<(string Manifest, string Json, string Payload)> Read([CallerFilePath] string here = "")
    {
        var update = Environment.GetEnvironmentVariable("UPDATE_SAMPLES") == "1";
        var source = Path.Combine(Path.GetDirectoryName(here)!, Name);
        var samples = File.ReadLines(update ? source : Path.Combine(AppContext.BaseDirectory, "Serialization", Name))
            .Select(line => line.Split('\t'))
            .Select(parts =>
                (
                    parts[0],
                    parts[1],
                    parts.Length > 2 ? parts[2]
                    : update ? Payload(parts[0], parts[1])
                    : ""
                )
            )
            .ToList();
        if (update)
            File.WriteAllLines(source, samples.Select(sample => $"{sample.Item1}\t{sample.Item2}\t{sample.Item3}"));
        return samples;
    }

    static string Payload(string manifest, string json) =>
        Convert.ToBase64String(
            MessagePayload.Write(JsonSerializer.Deserialize(json, Manifests.Messages.Types[manifest], OrchestratorJson.Compact)!)
        );
}
