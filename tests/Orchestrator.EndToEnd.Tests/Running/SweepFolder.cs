using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.EndToEnd.Tests.Running;

/// <summary>A folder of its own with a small sweep in it: two trials of a tiny Glow, some seconds each.</summary>
sealed partial class SweepFolder : IDisposable
{
    public const string Small = """
        name: small
        dataset: digits
        seed: 3
        trial:
          flow: { architecture: glow, levels: 2, steps: 2, hidden: 16 }
          training: { epochs: 30, batch_size: 64, learning_rate: 1.0e-3 }
        parameters:
          base:
            - { distribution: gaussian }
            - { distribution: von-mises-fisher, kappa: 1d }
        evaluation: { samples: 100, kid: { subsets: 10, subset_size: 50 }, interpolation: { pairs: 20, points: 3 } }
        """;

    readonly TemporaryFolder _directory = new();

    public SweepFolder(string yaml = Small) => File.WriteAllText(Path.Combine(Root, "sweep.yaml"), yaml);

    public string Root => _directory.Path;

    public DataFolder Data => new(Path.Combine(Root, "runs"));

    public Run Sweep(params string[] more) => Run.Orchestrator(Root, ["sweep", "run", "sweep.yaml", .. more]);

    public async Task<JsonElement> Results(string sweep = "small")
    {
        await using var run = Run.Orchestrator(Root, "sweep", "results", sweep, "--json");
        await run.ExitsWith(0);
        return JsonDocument.Parse(run.Output).RootElement;
    }

    public async Task<string[]> Hashes() =>
        [
            .. (await Results())
                .GetProperty("trials")
                .EnumerateArray()
                .Select(trial => trial.GetProperty("checkpoint").GetProperty("sha256").GetString()!),
        ];

    public IReadOnlyList<SweepEvent> Journal(string sweep = "small") =>
        [.. new JournalReader(new SqliteJournal(Data)).Events(sweep).Select(entry => entry.Event)];

    /// <summary>Processes of this machine whose command line names this folder, the sweep's own process aside.</summary>
    public IReadOnlyList<int> Children() =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(directory => int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var id) ? id : 0)
                .Where(id =>
                    id > 0
                    && CommandLine(id) is { } line
                    && line.Contains(Root, StringComparison.Ordinal)
                    && line.Contains("\0trial\0", StringComparison.Ordinal)
                ),
        ];

    /// <summary>Those of them that have a task, by the log of their node; the others wait for one.</summary>
    /// <param name="log">Of a node that writes none in the data folder.</param>
    public IReadOnlyList<int> Working(string? log = null)
    {
        var begun = Began()
            .Matches(log ?? File.ReadAllText(Data.Log))
            .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        return [.. Children().Intersect(begun)];
    }

    [GeneratedRegex(@", attempt \d+, process (\d+)")]
    private static partial Regex Began();

    public void Dispose() => _directory.Dispose();

    static string? CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return null; // it ended while we looked
        }
    }
}
