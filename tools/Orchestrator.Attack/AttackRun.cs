using Orchestrator.Attack.Attacks;

namespace Orchestrator.Attack;

/// <summary>One attack after the other on a node that trains.</summary>
static class AttackRun
{
    /// <param name="time">How long each flood lasts.</param>
    /// <param name="isTimed">Whether the speed of training counts.</param>
    public static async Task<IReadOnlyList<Outcome>> RunAsync(
        string program,
        TimeSpan time,
        bool isTimed,
        Action<string> say,
        CancellationToken cancel
    )
    {
        IAttack[] all =
        [
            new ReadFloods(isTimed),
            new SilentConnections(),
            new EventStreams(),
            new RepeatedNames(),
            new UnknownKeys(),
            new LyingFiles(),
            new DamagedJournals(),
        ];
        var outcomes = new List<Outcome>();
        await using var target = await Target.StartAsync(program, cancel);
        say($"a coordinator of {Target.Trials} trials, one of which trains, at {target.Address}");
        foreach (var attack in all)
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
