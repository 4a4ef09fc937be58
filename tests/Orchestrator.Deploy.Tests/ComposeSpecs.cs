using System.Text.Json;

namespace Orchestrator.Deploy.Tests;

[Collection(nameof(Containers))]
public sealed class ComposeSpecs(Engine engine)
{
    const int Trials = 4;

    [Fact]
    public async Task A_sweep_from_outside_ends_though_a_worker_and_the_active_coordinator_are_killed_and_outlives_the_containers()
    {
        await engine.Start();
        await engine.Image("coordinator");
        await engine.Image("cpu");
        await using var cluster = await ComposeCluster.Copy(engine);
        await cluster.Up();

        await cluster.Submit(Sweep.Yaml(Trials, epochs: 600));
        string? worker = null;
        await Eventually.TrueAsync(
            async () => (worker = (await cluster.Nodes()).Training) is not null,
            TimeSpan.FromMinutes(3),
            cluster.Log
        );
        await cluster.Kill(worker!);
        var coordinator = (await cluster.Nodes()).Coordinator!;
        await cluster.Kill(coordinator);
        await Eventually.TrueAsync(
            async () => (await cluster.Nodes()).Coordinator is { } other && other != coordinator,
            TimeSpan.FromMinutes(2),
            cluster.Log
        );
        await cluster.Watch();
        var done = await cluster.Show();
        Assert.Equal((Trials, 0), (done.Completed, done.Failed));

        // Three coordinators, two workers, an evaluator: each found through the coordinators, each scraped.
        await Eventually.TrueAsync(async () => await Scraped(cluster) is [6, 6], TimeSpan.FromMinutes(2), cluster.Log);

        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        await cluster.Down();
        await cluster.Up();
        Assert.Equal(done, await cluster.Show());
        var remembered = await Prometheus(cluster, $"query?query=up&time={before}");
        Assert.Equal(6, remembered.GetProperty("result").GetArrayLength());
    }

    /// <returns>How many targets Prometheus has, and how many of them answered the last time.</returns>
    static async Task<int[]> Scraped(ComposeCluster cluster)
    {
        var targets = (await Prometheus(cluster, "targets?state=active"))
            .GetProperty("activeTargets")
            .EnumerateArray()
            .Where(target => target.GetProperty("scrapePool").GetString() == "orchestrator")
            .ToList();
        return [targets.Count, targets.Count(target => target.GetProperty("health").GetString() == "up")];
    }

    static async Task<JsonElement> Prometheus(ComposeCluster cluster, string question) =>
        JsonElement
            .Parse(await Engine.Succeed("curl", "--silent", "--fail", $"{cluster.Prometheus}/api/v1/{question}"))
            .GetProperty("data");
}
