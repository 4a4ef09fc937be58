using System.Collections.Immutable;
using Akka.Actor;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Search;

namespace Orchestrator.Cluster.Coordination;

/// <summary>A sweep that is submitted, with what the sweeps gave that it wants to know of.</summary>
sealed record Submission(SweepProtocol.Submit Submit, ImmutableArray<PriorObservation> Prior) : INoSerializationVerificationNeeded
{
    /// <summary>What came of reading them.</summary>
    /// <param name="Of">Null where one of them cannot be had.</param>
    /// <param name="Refusal">Why; null where all were read.</param>
    public sealed record Prepared(SweepProtocol.Submit Submit, IActorRef Asker, Submission? Of, string? Refusal)
        : INoSerializationVerificationNeeded;

    /// <summary>Reads them, which may take seconds.</summary>
    public static Prepared Prepare(SweepProtocol.Submit submit, IActorRef asker, JournalReader journal)
    {
        var observations = ImmutableArray.CreateBuilder<PriorObservation>();
        foreach (var name in submit.Spec.Search.Prior)
        {
            if (journal.Sweep(name) is not { } other)
                return new Prepared(submit, asker, null, $"search.prior: there is no sweep named '{name}' in this journal");
            observations.AddRange(Sweeps.Domain.Prior.Of(submit.Spec, other));
        }

        return new Prepared(submit, asker, new Submission(submit, observations.ToImmutable()), null);
    }
}
