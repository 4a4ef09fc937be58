using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Orchestrator.Attack.Attacks;

/// <summary>Fifty connections that ask for one address as fast as they can, for each address that is read.</summary>
/// <param name="isTimed">Whether the speed of training counts: it takes a while, and a machine with nothing else to do.</param>
sealed class ReadFloods(bool isTimed) : IAttack
{
    const double LeastSpeed = 0.8;
    const long MostMemory = 150 << 20;
    static readonly TimeSpan Undisturbed = TimeSpan.FromSeconds(10);

    static readonly string[] Addresses =
    [
        "/healthz",
        "/readyz",
        "/metrics",
        "/sd/prometheus",
        "/",
        "/api/sweeps",
        $"/api/sweeps/{Target.Sweep}",
        $"/api/sweeps/{Target.Sweep}/results",
        $"/api/sweeps/{Target.Sweep}/trials",
        $"/api/sweeps/{Target.Sweep}/trials/0001",
        $"/api/sweeps/{Target.Sweep}/curves",
        $"/api/sweeps/{Target.Sweep}/journal?limit=1000",
        $"/api/sweeps/{Target.Sweep}/trials/0001/log",
        $"/api/sweeps/{Target.Sweep}/state",
        "/api/nodes",
        "/api/openapi.json",
    ];

    public async IAsyncEnumerable<Outcome> RunAsync(Target target, TimeSpan time, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var address in Addresses)
        {
            // Before and after, since a machine has moods.
            var before = isTimed ? await target.SpeedAsync(Undisturbed / 2, cancel) : 0;
            var memory = target.Memory;
            using var flood = Process.Start(
                new ProcessStartInfo("wrk", ["-t2", "-c50", $"-d{time.TotalSeconds:F0}s", new Uri(target.Address, address).ToString()])
                {
                    RedirectStandardOutput = true,
                }
            )!;
            var speed = await target.SpeedAsync(time, cancel);
            var more = Math.Max(0, target.Memory - memory);
            await flood.WaitForExitAsync(cancel);
            var share = isTimed ? speed / ((before + await target.SpeedAsync(Undisturbed / 2, cancel)) / 2) : 1;
            yield return new Outcome(
                $"50 connections on `{address}`",
                $"{(isTimed ? "training keeps 80 % of its speed, " : "")}the node takes at most 150 MiB more",
                $"{(isTimed ? $"{share:P0}, " : "")}{more >> 20} MiB more",
                target.IsAlive && share >= LeastSpeed && more <= MostMemory
            );
        }
    }
}
