using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Settings;

namespace Orchestrator.Cluster.Doctor;

/// <summary>The checks of what every node needs, by its roles.</summary>
public static class NodeChecks
{
    /// <summary>Of a node that could start: nothing of it runs.</summary>
    /// <param name="isNode">A node is to run here; else that is only one of the things that could.</param>
    public static IEnumerable<Check> OfPlace(NodeSettings settings, bool isNode)
    {
        yield return PortCheck.Of(settings, isNode);
        if (settings.Journal is SqliteJournal journal)
            yield return DatabaseCheck.Of(journal);
    }

    /// <summary>Also of one that starts, and holds its ports and its data folder.</summary>
    /// <param name="children">How many of them compute at once.</param>
    public static IEnumerable<Check> OfMachine(NodeSettings settings, Task<int> children, TimeProvider time)
    {
        if (settings.Journal is PostgresJournal journal)
            yield return DatabaseCheck.Of(journal, time);
        yield return FolderCheck.Of(settings.Folder, time);
        yield return ClockCheck.Check;
        yield return MachineCheck.Memory(children);
        yield return MachineCheck.Cores(settings.Is(NodeRole.Worker) ? settings.Slots : null, settings.Threads);
    }
}
