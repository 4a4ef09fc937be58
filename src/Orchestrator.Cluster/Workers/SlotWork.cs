using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Workers;

/// <summary>What lives as long as a lease.</summary>
sealed class SlotWork(WorkProtocol.WorkGranted granted)
{
    public WorkProtocol.WorkGranted Granted => granted;

    public long Token => granted.Lease.Token;

    /// <summary>The process; null before it has started, and when it has ended.</summary>
    public ITrialProcess? Process { get; set; }

    /// <summary>Why the process said that it fails.</summary>
    public ProcessMessage.Failed? Failed { get; set; }

    public EvaluationScores? Scores { get; set; }

    public bool AskedToLeave { get; set; }
}
