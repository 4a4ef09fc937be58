using System.Text.Json;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Web.Tests.Running;

namespace Orchestrator.Web.Tests.Api;

[Collection(nameof(Sequential))]
public sealed class NodeSpecs
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Slots_are_shown_with_what_runs_on_each()
    {
        await using var node = await TestNode.StartAsync(new() { Workers = 2, Evaluators = 1 });
        await Eventually.TrueAsync(async () => Slots(await NodesAsync(node)).Count == 3);
        var nodes = await NodesAsync(node);
        var only = nodes.GetProperty("nodes").EnumerateArray().Single();
        Assert.Equal("up", only.GetProperty("status").GetString());
        Assert.True(only.GetProperty("active_coordinator").GetBoolean());
        Assert.Equal(["coordinator", "evaluator", "worker"], only.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.All(Slots(nodes), slot => Assert.Equal("idle", slot.GetProperty("state").GetString()));
        Assert.Equal(0, nodes.GetProperty("evaluation_queue").GetInt32());

        using var submitted = await node.Client.SubmitAsync(Calls.Sweep("mine", trials: 1));
        var process = await node.Processes.NextAsync();
        nodes = await NodesAsync(node);
        var slot = Assert.Single(Slots(nodes), slot => slot.GetProperty("state").GetString() == "training");
        Assert.Equal(
            ("mine", "0001", 1),
            (slot.GetProperty("sweep").GetString(), slot.GetProperty("trial").GetString(), slot.GetProperty("attempt").GetInt32())
        );

        process.Complete();
        await node.Processes.NextAsync();
        // What is listed may be a second old.
        await Eventually.TrueAsync(async () =>
            Slots(await NodesAsync(node)).SingleOrDefault(slot => slot.GetProperty("state").GetString() != "idle")
                is { ValueKind: JsonValueKind.Object } busy
            && (busy.GetProperty("state").GetString(), busy.GetProperty("kind").GetString()) == ("evaluating", "evaluation")
        );
    }

    [Fact]
    public async Task What_each_node_found_out_about_its_machine_is_shown()
    {
        using var folder = new TemporaryFolder();
        var port = FreePorts.Row(2);
        var setup = new TestNodeSetup { Seeds = [port, port + 1] };
        var found = new Finding("clock", Verdict.Warning, "not synchronised", "chrony");
        await using var coordinator = await TestNode.StartAsync(setup with { Port = port, Workers = 0 }, folder.Data);
        await using var worker = await TestNode.StartAsync(
            setup with
            {
                Port = port + 1,
                IsCoordinator = false,
                Findings = [found],
            },
            folder.Data
        );
        await Eventually.TrueAsync(async () => Findings(await NodesAsync(coordinator), port + 1) is [_]);
        var shown = Findings(await NodesAsync(coordinator), port + 1)![0];
        Assert.Equal(
            """{"check":"clock","verdict":"warning","found":"not synchronised","remedy":"chrony"}""",
            JsonSerializer.Serialize(shown)
        );
        Assert.Empty(Findings(await NodesAsync(coordinator), port)!);
    }

    [Fact]
    public async Task Checkpoints_that_wait_for_an_evaluator_are_counted()
    {
        await using var node = await TestNode.StartAsync();
        using var submitted = await node.Client.SubmitAsync(Calls.Sweep("mine", trials: 1));
        (await node.Processes.NextAsync()).Complete();
        await Eventually.TrueAsync(async () => (await NodesAsync(node)).GetProperty("evaluation_queue").GetInt32() == 1);
    }

    /// <summary>A node that joins is scraped within ten seconds, and one that dies without a word is gone ten seconds later.</summary>
    [Trait("Needs", "time")]
    [Fact]
    public async Task Prometheus_is_told_of_nodes_that_come_and_go()
    {
        using var folder = new TemporaryFolder();
        var port = FreePorts.Row(2);
        var setup = new TestNodeSetup { Seeds = [port, port + 1] };
        await using var coordinator = await TestNode.StartAsync(setup with { Port = port, Workers = 0 }, folder.Data);
        await Eventually.TrueAsync(async () => (await TargetsAsync(coordinator)).Count == 1);

        await using var worker = await TestNode.StartAsync(setup with { Port = port + 1, IsCoordinator = false }, folder.Data);
        await UpAsync(worker);
        var began = TimeProvider.System.GetTimestamp();
        await Eventually.TrueAsync(async () => (await TargetsAsync(coordinator)).Count == 2);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, Limit);
        var target = Assert.Single(await TargetsAsync(coordinator), target => Label(target, "role") == "worker");
        Assert.Equal($"127.0.0.1:{worker.Address.Port}", target.GetProperty("targets")[0].GetString());
        Assert.Equal($"127.0.0.1:{port + 1}", Label(target, "node"));
        Assert.Equal("http", target.GetProperty("labels").GetProperty("__scheme__").GetString());

        began = TimeProvider.System.GetTimestamp();
        await worker.DieAsync();
        await Eventually.TrueAsync(async () => (await TargetsAsync(coordinator)).Count == 1);
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, Limit);
        Assert.Equal("coordinator", Label(Assert.Single(await TargetsAsync(coordinator)), "role"));
        // Nor are its slots shown any longer.
        await Eventually.TrueAsync(async () => Slots(await NodesAsync(coordinator)).Count == 0);
    }

    static Task UpAsync(TestNode node) =>
        Eventually.TrueAsync(async () =>
        {
            using var ready = await node.Client.CallAsync(HttpMethod.Get, "/readyz");
            return ready.IsSuccessStatusCode;
        });

    static Task<JsonElement> NodesAsync(TestNode node) => node.Client.JsonAsync("/api/nodes");

    static async Task<List<JsonElement>> TargetsAsync(TestNode node) =>
        [.. (await node.Client.JsonAsync("/sd/prometheus")).EnumerateArray()];

    static List<JsonElement> Slots(JsonElement nodes) =>
        [.. nodes.GetProperty("nodes").EnumerateArray().SelectMany(node => node.GetProperty("slots").EnumerateArray())];

    static JsonElement[]? Findings(JsonElement nodes, int port) =>
        nodes
            .GetProperty("nodes")
            .EnumerateArray()
            .Where(node => node.GetProperty("address").GetString() == $"127.0.0.1:{port}")
            .Select(node => node.GetProperty("findings"))
            .FirstOrDefault()
            is { ValueKind: JsonValueKind.Array } findings
            ? [.. findings.EnumerateArray()]
            : null;

    static string? Label(JsonElement target, string name) =>
        target.GetProperty("labels").GetProperty("__meta_orchestrator_" + name).GetString();
}
