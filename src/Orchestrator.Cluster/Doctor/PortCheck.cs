using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Cluster.Settings;

namespace Orchestrator.Cluster.Doctor;

/// <summary>Whether a node could listen where it is set to.</summary>
static class PortCheck
{
    /// <param name="isNode">A node is to run here; else that is only one of the things that could.</param>
    public static Check Of(NodeSettings settings, bool isNode) =>
        new("ports", "see whether names of machines are looked up in time (/etc/resolv.conf)", () => Look(settings, isNode));

    static IEnumerable<Finding> Look(NodeSettings settings, bool isNode)
    {
        foreach (var (port, place, fault) in settings.Listening())
        {
            if (fault is null)
                yield return new Finding(port.Key, Verdict.Ok, $"{place} is free");
            else if (DataFolderLock.IsInUse(settings.Folder) == true)
                yield return new Finding(
                    port.Key,
                    Verdict.Warning,
                    $"{fault}; or let it be: the data folder is in use too, so it may be the node that runs here"
                );
            else
                yield return new Finding(
                    port.Key,
                    isNode ? Verdict.Problem : Verdict.Warning,
                    fault,
                    isNode ? null : $"sweep run needs no ports; for a node, set {port.Key}"
                );
        }
    }
}
