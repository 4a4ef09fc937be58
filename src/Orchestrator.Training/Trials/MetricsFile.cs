using System.Text.Json;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Training.Trials;

/// <summary><c>metrics.jsonl</c> of an attempt: the report of each epoch of the trial so far, one a line, whichever attempt trained
/// it.</summary>
sealed class MetricsFile
{
    readonly string path;

    public MetricsFile(string folder, IEnumerable<EpochReport> soFar)
    {
        Directory.CreateDirectory(folder);
        path = Path.Combine(folder, "metrics.jsonl");
        File.WriteAllLines(path, soFar.Select(Line));
    }

    public void Add(EpochReport report) => File.AppendAllLines(path, [Line(report)]);

    static string Line(EpochReport report) => JsonSerializer.Serialize(report, TaskJson.Compact);
}
