using Akka.Actor;

namespace Orchestrator.Cluster.Coordination;

/// <summary>A sweep hears that a channel was told of one of its notices, or is given up on.</summary>
/// <param name="SubmittedAt">Of the sweep: another one may have had its name before.</param>
/// <param name="GivenUpBecause">Null where it was told.</param>
sealed record NoticeDone(string Sweep, DateTimeOffset SubmittedAt, int Notice, string Channel, string? GivenUpBecause)
    : INoSerializationVerificationNeeded;
