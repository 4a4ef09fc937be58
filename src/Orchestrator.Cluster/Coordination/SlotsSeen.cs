using System.Collections.Immutable;
using Akka.Actor;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Coordination;

/// <summary>The coordinator tells its sweeps now and then what slots there are: they find out whether their work fits any.</summary>
/// <param name="Training">Of each slot that trains, what it has while nothing is taken.</param>
/// <param name="Evaluation">The same of those that evaluate.</param>
sealed record SlotsSeen(ImmutableArray<SlotResources> Training, ImmutableArray<SlotResources> Evaluation)
    : INoSerializationVerificationNeeded;
