using Akka.Actor;

namespace Orchestrator.Cluster.Coordination;

/// <summary>The coordinator tells a sweep that the slot of one of its attempts is wanted.</summary>
/// <param name="Token">Of the attempt's lease.</param>
/// <param name="By">The sweep of a higher priority that wants it.</param>
sealed record Preempt(long Token, string By) : INoSerializationVerificationNeeded;
