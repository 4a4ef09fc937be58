using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Orchestrator.Web.Server;
using Orchestrator.Web.Tests.Running;

namespace Orchestrator.Web.Tests.Api;

[Collection(nameof(Sequential))]
public sealed class EventSpecs
{
    [Fact]
    public async Task What_happens_is_told_within_two_seconds()
    {
        await using var node = await TestNode.StartAsync();
        using var events = await EventStream.OpenAsync(node.Client);
        Assert.Equal("nodes", (await events.NextAsync())!.Value.Type);

        var began = TimeProvider.System.GetTimestamp();
        using var submitted = await node.Client.SubmitAsync(Calls.Sweep("mine"));
        var sweep = await events.UntilAsync("sweep", sweep => Id(sweep) == "mine");
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(2), "late");
        Assert.Equal("running", sweep.GetProperty("state").GetString());
        Assert.Equal(2, sweep.GetProperty("counts").EnumerateObject().Sum(count => count.Value.GetInt32()));

        var process = await node.Processes.NextAsync();
        process.Epoch(1);
        var row = (await events.UntilAsync("trial", trial => Row(trial).GetProperty("epochs").GetInt32() == 1)).GetProperty("row");
        Assert.Equal(
            ("0001", "running", 2.5),
            (Id(row), row.GetProperty("state").GetString(), row.GetProperty("validation_bits_per_dim").GetDouble())
        );
        // A slot that ends its work changes /api/nodes.
        process.Complete();
        await events.UntilAsync("nodes", _ => true);
    }

    [Fact]
    public async Task A_sweep_that_is_deleted_is_told_also_to_whoever_was_cut_off_meanwhile()
    {
        await using var node = await TestNode.StartAsync();
        // No slot of the node can hold it.
        using var submitted = await node.Client.SubmitAsync(Calls.Sweep("mine") + "\nresources: { device: cuda }\n");
        using var events = await EventStream.OpenAsync(node.Client);
        await events.NextAsync();
        using var paused = await node.Client.PostAsync("/api/sweeps/mine/pause", null, TestContext.Current.CancellationToken);
        await events.UntilAsync("sweep", sweep => sweep.GetProperty("state").GetString() == "paused");
        using var deleted = await node.Client.DeleteAsync("/api/sweeps/mine", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        var heard = events.LastId!;
        await events.UntilAsync("deleted", gone => Id(gone) == "mine");
        using var again = await EventStream.OpenAsync(node.Client, heard);
        await again.UntilAsync("deleted", gone => Id(gone) == "mine");
    }

    [Fact]
    public async Task Whoever_was_cut_off_goes_on_where_it_stopped()
    {
        await using var node = await TestNode.StartAsync();
        using var submitted = await node.Client.SubmitAsync(Calls.Sweep("mine", trials: 3));
        var process = await node.Processes.NextAsync();
        process.Epoch(1);
        string heard;
        using (var events = await EventStream.OpenAsync(node.Client))
        {
            await events.NextAsync();
            process.Epoch(2);
            await events.UntilAsync("trial", trial => Row(trial).GetProperty("epochs").GetInt32() == 2);
            await DrainedAsync(node, epochs: 2);
            heard = events.LastId!;
        }

        process.Epoch(3);
        await DrainedAsync(node, epochs: 3);
        using var again = await EventStream.OpenAsync(node.Client, heard);
        // Only what is new: the one trial that something happened to.
        await again.UntilAsync(
            "trial",
            trial =>
            {
                Assert.Equal("0001", Id(Row(trial)));
                return Row(trial).GetProperty("epochs").GetInt32() == 3;
            }
        );

        // From a journal that was longer than this one is now, everything is told.
        using var restored = await EventStream.OpenAsync(node.Client, "999999");
        await restored.UntilAsync("trial", trial => Id(Row(trial)) == "0003");
    }

    [Fact]
    public async Task Whoever_was_cut_off_hears_of_all_trials_of_a_configuration_that_was_promoted()
    {
        await using var node = await TestNode.StartAsync();
        var scheduler = "scheduler: { algorithm: asha, mode: promote, min_epochs: 1, max_epochs: 4, reduction: 2 }\n";
        using var submitted = await node.Client.SubmitAsync(Calls.Sweep("mine", trials: 3) + scheduler);
        for (var replicate = 1; replicate < 3; replicate++)
        {
            var trained = await node.Processes.NextAsync();
            trained.Epoch(1);
            trained.Leave();
        }

        var last = await node.Processes.NextAsync();
        string heard;
        using (var events = await EventStream.OpenAsync(node.Client))
        {
            await events.NextAsync();
            last.Epoch(1);
            await events.UntilAsync("trial", trial => Id(Row(trial)) == "0003");
            heard = events.LastId!;
        }

        last.Leave();
        await node.Processes.NextAsync();
        // The first is trained on, the second waits for its turn, and nothing but the promotion has happened to it.
        using var again = await EventStream.OpenAsync(node.Client, heard);
        var second = Row(await again.UntilAsync("trial", trial => Id(Row(trial)) == "0002"));
        Assert.Equal(("pending", 1), (second.GetProperty("state").GetString(), second.GetProperty("promotions").GetInt32()));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("1..2")]
    [InlineData("-1")]
    public async Task An_id_that_was_never_given_out_is_refused(string id)
    {
        await using var node = await TestNode.StartAsync();
        await (await node.Client.CallAsync(HttpMethod.Get, "/api/events?last_event_id=" + id)).ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task No_more_follow_than_are_allowed_and_who_leaves_makes_room()
    {
        await using var node = await TestNode.StartAsync(new() { Limits = new WebLimits { Subscribers = 2 } });
        using var first = await EventStream.OpenAsync(node.Client);
        using (await EventStream.OpenAsync(node.Client))
            await (await node.Client.CallAsync(HttpMethod.Get, "/api/events")).ProblemAsync(HttpStatusCode.ServiceUnavailable);
        await Eventually.TrueAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/events");
            using var response = await node.Client.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                TestContext.Current.CancellationToken
            );
            return response.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task One_caller_leaves_room_for_others()
    {
        await using var node = await TestNode.StartAsync(
            new()
            {
                Limits = new WebLimits { Subscribers = 3, SubscribersOfOne = 2 },
            }
        );
        using var first = await EventStream.OpenAsync(node.Client);
        using var second = await EventStream.OpenAsync(node.Client);
        await (await node.Client.CallAsync(HttpMethod.Get, "/api/events")).ProblemAsync(HttpStatusCode.ServiceUnavailable);
        using var from = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = async (context, cancel) =>
                {
                    var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    socket.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
                    await socket.ConnectAsync(context.DnsEndPoint, cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = node.Address,
        };
        using var other = await EventStream.OpenAsync(from);
        await other.NextAsync();
    }

    /// <summary>The active coordinator is another one: what it writes is told here all the same.</summary>
    [Trait("Needs", "time")]
    [Fact]
    public async Task A_passive_coordinator_tells_as_much()
    {
        using var folder = new TemporaryFolder();
        var port = FreePorts.Row(2);
        var setup = new TestNodeSetup { Seeds = [port, port + 1], Coordinators = 3 };
        await using var active = await TestNode.StartAsync(setup with { Port = port }, folder.Data);
        await using var passive = await TestNode.StartAsync(setup with { Port = port + 1, Workers = 0 }, folder.Data);
        await Eventually.TrueAsync(async () =>
            (await passive.Client.JsonAsync("/api/nodes"))
                .GetProperty("nodes")
                .EnumerateArray()
                .Count(node => node.GetProperty("status").GetString() == "up") == 2
        );
        using var events = await EventStream.OpenAsync(passive.Client);
        using var submitted = await passive.Client.SubmitAsync(Calls.Sweep("mine"));
        Assert.True(submitted.IsSuccessStatusCode);
        await events.UntilAsync("sweep", sweep => Id(sweep) == "mine");
        var process = await active.Processes.NextAsync();
        process.Epoch(1);
        await events.UntilAsync("trial", trial => Row(trial).GetProperty("epochs").GetInt32() == 1);

        var nodes = (await passive.Client.JsonAsync("/api/nodes")).GetProperty("nodes").EnumerateArray().ToList();
        Assert.Equal(
            [true, false],
            nodes
                .OrderByDescending(node => node.GetProperty("active_coordinator").GetBoolean())
                .Select(node => node.GetProperty("active_coordinator").GetBoolean())
        );
        Assert.Equal(
            "training",
            nodes.SelectMany(node => node.GetProperty("slots").EnumerateArray()).Single().GetProperty("state").GetString()
        );
    }

    static string? Id(JsonElement element) => element.GetProperty("id").GetString();

    static JsonElement Row(JsonElement trial) => trial.GetProperty("row");

    // The slot sends one report after the other: the journal has them a little after the process said them.
    static Task DrainedAsync(TestNode node, int epochs) =>
        Eventually.TrueAsync(async () =>
            (await node.Client.JsonAsync("/api/sweeps/mine/results")).GetProperty("trials")[0].GetProperty("epochs").GetInt32() == epochs
        );
}
