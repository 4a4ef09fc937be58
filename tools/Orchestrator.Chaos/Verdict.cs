using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Chaos;

/// <summary>What must hold of a sweep, whatever broke: read from its journal.</summary>
static class Verdict
{
    public static async Task<IReadOnlyList<string>> OfAsync(ChaosCluster cluster, IReadOnlyDictionary<int, string> reference)
    {
        var events = cluster.Events(cluster.Current) ?? throw new ChaosException("the journal does not answer");
        var state = JournalReader.Replay(events)!;
        var problems = new List<string>();
        foreach (var trial in state.Trials)
        {
            var completed = events.OfType<TrialCompleted>().Count(e => e.Trial == trial.Number);
            var evaluated = events.OfType<EvaluationCompleted>().Count(e => e.Trial == trial.Number);
            if (completed != 1)
                problems.Add($"trial {trial.Id} completed {completed} times and is {trial.Status}: {trial.End}");
            if (evaluated != 1)
                problems.Add($"trial {trial.Id} was evaluated {evaluated} times: {trial.EvaluationEnd}");
            if (trial.Checkpoint?.Sha256 != reference[trial.Number])
                problems.Add($"trial {trial.Id} ended with other weights than undisturbed");
        }

        problems.AddRange(TwoTokens(events));
        if (events.OfType<SweepEnded>().Count() != 1)
            problems.Add($"the sweep ended {events.OfType<SweepEnded>().Count()} times");
        if (await LiveAsync(cluster) is var live && live != StateDigest.Of(state))
            problems.Add($"the active coordinator holds another state ({live ?? "no answer"}) than the journal tells");
        return problems;
    }

    /// <summary>At no moment may two attempts of one trial hold a lease.</summary>
    static IEnumerable<string> TwoTokens(IReadOnlyList<SweepEvent> events)
    {
        SweepState? state = null;
        foreach (var fact in events)
        {
            if (fact is LeaseGranted granted && state!.Leases.Values.Any(held => held.Lease.Trial == granted.Trial))
                yield return $"trial {granted.Trial} was leased under token {granted.Token} while another lease of it held";
            state = SweepState.Apply(state, fact);
        }
    }

    static async Task<string?> LiveAsync(ChaosCluster cluster)
    {
        string? digest = null;
        await Patience.UntilAsync(
            async () =>
                (
                    digest = (await cluster.CallAsync(cluster.Nodes[0], $"/api/sweeps/{cluster.Current}/state"))
                        ?.GetProperty("digest")
                        .GetString()
                )
                    is not null,
            TimeSpan.FromSeconds(60)
        );
        return digest;
    }
}
