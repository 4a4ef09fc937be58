using Orchestrator.Attack.Attacks;

namespace Orchestrator.Attack;

/// <summary>One attack after the other on a node that trains.</summary>
static class AttackRun
{
    static readonly IAttack[] All =
    [
        new ReadFloods(),
        new SilentConnections(),
        new EventStreams(),
        new RepeatedNames(),
        new UnknownKeys(),
        new LyingFiles(),
        new DamagedJournals(),
    ];

    public static async Task<IReadOnlyList<Outcome>> RunAsync(string program, TimeSpan time, Action<string> say, CancellationToken cancel)
    {
        var outcomes = new List<Outcome>();
        await using var target = await Target.StartAsync(program, cancel);
        say($"a coordinator of {Target.Trials} trials, one of which trains, at {target.Address}");
        foreach (var attack in All)
        {
            await foreach (var outcome in attack.RunAsync(target, time, cancel))
            {
                outcomes.Add(outcome);
                say($"{outcome.Attack}: {outcome.Measured}{(outcome.Held ? "" : " (NOT as promised)")}");
            }
        }

        return outcomes;
    }
}
