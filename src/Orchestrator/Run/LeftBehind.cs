using Orchestrator.Cluster.Processes;

namespace Orchestrator.Run;

/// <summary>Children that outlived an earlier run of this data folder: stopped processes hear nothing of its end.</summary>
static class LeftBehind
{
    public static void End(ChildRecords records)
    {
        var ended = records.EndLeftBehind();
        if (!ended.IsEmpty)
            Console.Error.WriteLine(
                $"Ended {ended.Length} process{(ended.Length == 1 ? "" : "es")} that an earlier run left behind: "
                    + $"{string.Join(", ", ended)}."
            );
    }
}
