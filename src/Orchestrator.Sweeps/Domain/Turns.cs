using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What a sweep has of the slots of one kind, and whether it waits for more.</summary>
/// <param name="Held">Slots that it has, and those on offer to it.</param>
/// <param name="Waits">It could use another one just now.</param>
public readonly record struct Claim(string Sweep, SweepShare Share, int Held, bool Waits);

/// <summary>Whose turn it is for the slots of one kind.</summary>
/// <remarks>
/// The highest priority goes first; of one priority the sweep that would have the least for its weight with this slot (the rule of D'Hondt,
/// which gives n slots to n sweeps in the ratio of their weights); of equals the oldest.
/// Where a sweep's share is less than one slot, that rule alone would never give it any. So whoever waits without a slot goes before the
/// others of its priority once these were given as many as their weights are of its own: of weights 1, 2 and 4 the lightest after six.
/// Of several the one goes first that was passed over the most for its weight; so nobody is passed over more than twice as often.
/// </remarks>
public sealed class Turns
{
    readonly Dictionary<string, int> passed = [];

    /// <param name="claims">Of all sweeps that are not over, the oldest first.</param>
    /// <returns>The order in which a free slot is offered.</returns>
    public IEnumerable<Claim> InTurn(IReadOnlyCollection<Claim> claims)
    {
        var weights = claims
            .Where(claim => claim.Waits || claim.Held > 0)
            .GroupBy(claim => claim.Share.Priority)
            .ToDictionary(group => group.Key, group => group.Sum(claim => claim.Share.Weight));
        return claims
            .OrderByDescending(claim => claim.Share.Priority)
            .ThenByDescending(Overdue)
            .ThenBy(claim => (claim.Held + 1) / claim.Share.Weight);

        double Overdue(Claim claim) =>
            claim is { Waits: true, Held: 0 }
            && passed.GetValueOrDefault(claim.Sweep) * claim.Share.Weight is var missed
            && missed > 0
            && missed >= weights[claim.Share.Priority] - claim.Share.Weight
                ? missed
                : 0;
    }

    /// <summary>A slot was given to a sweep.</summary>
    /// <param name="claims">Of all sweeps that are not over, as they are now.</param>
    public void Given(string sweep, IReadOnlyCollection<Claim> claims)
    {
        passed.Remove(sweep);
        var priority = claims.Where(claim => claim.Sweep == sweep).Select(claim => (int?)claim.Share.Priority).FirstOrDefault();
        foreach (
            var claim in claims.Where(claim =>
                claim is { Waits: true, Held: 0 } && claim.Share.Priority == priority && claim.Sweep != sweep
            )
        )
            passed[claim.Sweep] = passed.GetValueOrDefault(claim.Sweep) + 1;
    }

    /// <summary>The sweep is over, or gone.</summary>
    public void Forget(string sweep) => passed.Remove(sweep);
}
