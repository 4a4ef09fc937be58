using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Reports.Views;

/// <summary>What the sweeps of one API token have and took, and what they may.</summary>
/// <param name="Token">Its name, or its id where it has none.</param>
/// <param name="Sweeps">That were submitted with it.</param>
/// <param name="Slots">That they train in now.</param>
/// <param name="Used">Until now, of all kinds together.</param>
/// <param name="Quota">Null where it has none.</param>
public sealed record TokenUse(string Token, int Sweeps, int Slots, CostFigures Used, TokenQuota? Quota);

/// <summary>What <c>GET /api/tokens</c> says.</summary>
/// <param name="Tokens">Those that submitted sweeps or have a quota, by name.</param>
public sealed record TokenUses(ImmutableArray<TokenUse> Tokens)
{
    /// <param name="all">Every sweep that there is.</param>
    /// <param name="quotas">By the names of tokens.</param>
    public static TokenUses From(IEnumerable<SweepState> all, IReadOnlyDictionary<string, TokenQuota> quotas, DateTimeOffset now)
    {
        var byToken = all.Where(sweep => sweep.SubmittedBy is not null).ToLookup(sweep => sweep.SubmittedBy!);
        return new TokenUses([.. byToken.Select(sweeps => sweeps.Key).Union(quotas.Keys).Order(StringComparer.Ordinal).Select(Use)]);

        TokenUse Use(string token) =>
            new(
                token,
                byToken[token].Count(),
                Quotas.Held(byToken[token]),
                CostFigures.From(byToken[token].Aggregate(default(Taken), (sum, sweep) => sum + sweep.SpentUntil(now).Total)),
                quotas.GetValueOrDefault(token)
            );
    }
}
