using System.Globalization;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Doctor;
using Orchestrator.Cluster.Protocol;
using static System.FormattableString;

namespace Orchestrator.Doctor;

/// <summary>How many files and processes the system allows.</summary>
static class LimitsCheck
{
    const string Files = "open files",
        Processes = "user processes";

    // Threads of the node itself, and of one child with the one that waits beside it, with room.
    const int OfNode = 150,
        OfChild = 80;

    /// <param name="children">How many of them compute at once.</param>
    public static Check Of(Task<int> children) =>
        new(
            "limits",
            Check.Moment + Check.Moment + Check.Moment,
            "see why the system does not tell its limits",
            async _ =>
            {
                var needed = OfNode + (OfChild * await children);
                return [OfFiles(), OfProcesses(needed, ResourceLimit.UserProcesses, ControlGroup.OfThisProcess.ProcessesLeft)];
            }
        );

    static Finding OfFiles() =>
        OpenFiles.Refusal(OpenFiles.OfNode, "a node") is { } refusal
            ? new Finding(Files, Verdict.Problem, refusal)
            : new Finding(Files, Verdict.Ok, $"{Number(ResourceLimit.OpenFiles)} allowed");

    static Finding OfProcesses(int needed, ulong? ofUser, long? left)
    {
        var found =
            $"{Number(ofUser)} allowed to this user" + (left is { } number ? Invariant($", {number:N0} more in this control group") : "");
        return ofUser < (ulong)needed || left < needed
            ? new Finding(
                Processes,
                Verdict.Warning,
                Invariant($"{found}; a node and its children have about {needed} threads, and each counts"),
                "raise the limit (ulimit -u; LimitNPROC= and TasksMax= of a service, --pids-limit of a container)"
            )
            : new Finding(Processes, Verdict.Ok, found);
    }

    static string Number(ulong? limit) => limit is { } number ? number.ToString("N0", CultureInfo.InvariantCulture) : "any number";
}
