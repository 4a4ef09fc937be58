using Akka.Actor;

namespace Orchestrator.Cluster.Coordination;

/// <summary>The coordinator tells a sweep that one of its attempts is to leave its slot.</summary>
/// <param name="Token">Of the attempt's lease.</param>
/// <param name="By">The sweep of a higher priority that wants it; null where the token that submitted the sweep may have fewer.</param>
sealed record Preempt(long Token, string? By) : INoSerializationVerificationNeeded;
