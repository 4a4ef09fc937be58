using System.Text.Json;
using Orchestrator.Speed;
using Orchestrator.Sweeps;

// speed ROW CASE [FILE] | speed state BASE/HIDDEN/BATCH FILE | speed table RESULTS
switch (args)
{
    case ["state", var text, var file]:
        GlowState.Write(GlowCase.Parse(text), file);
        return 0;
    case ["table", var results]:
        Console.Write(
            SpeedTable.Of(File.ReadLines(results).Select(line => JsonSerializer.Deserialize<Measured>(line, OrchestratorJson.Compact)!))
        );
        return 0;
    case [var row, var which, .. var file] when Rows.All.TryGetValue(row, out var measure):
        foreach (var figure in await measure(which, file.FirstOrDefault() ?? ""))
            Console.WriteLine(JsonSerializer.Serialize(figure, OrchestratorJson.Compact));
        return 0;
    default:
        Console.Error.WriteLine(
            "speed ROW CASE [FILE] | speed state BASE/HIDDEN/BATCH FILE | speed table RESULTS; rows: " + string.Join(", ", Rows.All.Keys)
        );
        return 2;
}
