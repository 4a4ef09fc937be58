using Akka.Actor;
using Akka.Event;

namespace Orchestrator.Cluster.Coordination;

/// <summary>The sweep's budget no longer allows something that is.</summary>
sealed record BudgetDue : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static readonly BudgetDue Instance = new();
}
