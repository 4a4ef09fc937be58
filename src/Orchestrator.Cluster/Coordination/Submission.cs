using System.Collections.Immutable;
using Akka.Actor;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Coordination;

/// <summary>A sweep that is submitted, with what it wants of other sweeps.</summary>
sealed record Submission(SubmitSweep Command) : INoSerializationVerificationNeeded
{
    /// <summary>What came of reading them.</summary>
    /// <param name="Of">Null where one of them cannot be had.</param>
    /// <param name="Refusal">Why; null where all were read.</param>
    public sealed record Prepared(SweepProtocol.Submit Submit, IActorRef Asker, Submission? Of, string? Refusal)
        : INoSerializationVerificationNeeded;

    public static bool WantsOthers(SweepSpec spec) => !spec.Search.Prior.IsEmpty || spec.Fork is not null;

    /// <summary>Reads them, which may take seconds.</summary>
    public static Prepared Prepare(SweepProtocol.Submit submit, IActorRef asker, JournalReader journal)
    {
        var spec = submit.Spec;
        var observations = ImmutableArray.CreateBuilder<PriorObservation>();
        foreach (var name in spec.Search.Prior)
        {
            if (journal.Sweep(name) is not { } other)
                return Refused($"search.prior: there is no sweep named '{name}' in this journal");
            observations.AddRange(Prior.Of(spec, other));
        }

        var (point, fault) = spec.Fork is { } fork ? Fork.Of(spec, journal.Sweep(fork.Sweep)) : default;
        return fault is null
            ? new Prepared(
                submit,
                asker,
                new Submission(submit.ToCommand() with { Prior = observations.ToImmutable(), Fork = point }),
                null
            )
            : Refused(fault);

        Prepared Refused(string why) => new(submit, asker, null, why);
    }
}
