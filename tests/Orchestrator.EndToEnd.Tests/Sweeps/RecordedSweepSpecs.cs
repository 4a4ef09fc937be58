using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>The sweeps on which the estimate of the time left is tested, recorded from the program: the events of their journals, a line
/// each. <c>RECORD_SWEEPS=1</c> runs them again and writes the recordings anew; the machine should do nothing else for six
/// minutes, and the figures in the specs that read them are to be measured again.</summary>
[Collection(nameof(Sequential))]
public sealed class RecordedSweepSpecs
{
    const string Slots = "2";

    [Theory]
    [InlineData("short-trials")]
    [InlineData("long-trials")]
    [InlineData("unequal-trials")]
    [InlineData("reference")]
    public async Task A_recording_is_of_the_sweep_file_beside_it_from_begin_to_end(string name)
    {
        var path = Path.Combine(Checkout.Repository, "tests", "Orchestrator.Sweeps.Tests", "Progress", "Recordings", name);
        var (yaml, recording) = (await File.ReadAllTextAsync($"{path}.yaml", Stop), $"{path}.jsonl");
        if (Environment.GetEnvironmentVariable("RECORD_SWEEPS") == "1")
        {
            using var folder = new SweepFolder(yaml);
            await using var run = folder.Sweep("--slots", Slots);
            await run.ExitsWith(0, TimeSpan.FromMinutes(8));
            await File.WriteAllLinesAsync(recording, folder.Journal(name).Where(fact => fact is not CheckpointReported).Select(Line), Stop);
        }

        var lines = await File.ReadAllLinesAsync(recording, Stop);
        Assert.Equal(yaml, (string?)JsonNode.Parse(lines[0])!["file"]);
        Assert.Equal(("sweep_ended", "completed"), (Text(lines[^1], "type"), Text(lines[^1], "status")));
    }

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static string Line(SweepEvent fact)
    {
        var line = JsonSerializer.SerializeToNode(fact, fact.GetType(), OrchestratorJson.Compact)!.AsObject();
        line.Insert(0, "type", JsonNamingPolicy.SnakeCaseLower.ConvertName(fact.GetType().Name));
        line.Remove("spec"); // it follows from the file
        if (line["scores"] is JsonObject scores)
            scores["interpolation"] = new JsonObject(); // what takes most room, and no time
        return line.ToJsonString(OrchestratorJson.Compact);
    }

    static string? Text(string line, string property) => (string?)JsonNode.Parse(line)![property];
}
