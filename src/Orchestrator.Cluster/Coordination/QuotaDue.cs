using Akka.Actor;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Coordination;

/// <summary>The coordinator tells a sweep whether the quota of the token that submitted it lets it take slots.</summary>
sealed record QuotaDue(NoteQuota Note) : INoSerializationVerificationNeeded;
