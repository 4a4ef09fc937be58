using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Web.Page;
using Orchestrator.Web.Server;

namespace Orchestrator.Page.Tests.Fake;

/// <summary>A coordinator's HTTP side by the contract, on a free loopback port: the real page, made-up sweeps, and events when the test
/// says so.</summary>
sealed class FakeCluster : IAsyncDisposable
{
    static JsonSerializerOptions Json => OrchestratorJson.Compact;

    readonly WebApplication app;
    readonly FakeEvents events = new();

    FakeCluster(WebApplication app) => this.app = app;

    public required List<FakeSweep> Sweeps { get; init; }

    public string Address => app.Urls.Single();

    /// <summary>Where set, who does not bring it is asked for it.</summary>
    public string? Token { get; set; }

    /// <summary>Nothing answers, and what was connected no longer is.</summary>
    public bool IsDown
    {
        get;
        set
        {
            field = value;
            if (value)
                events.Disconnect();
        }
    }

    /// <summary>What was asked of the cluster, as "POST /api/sweeps/digits/pause {body}".</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>What a write is answered with instead of being done.</summary>
    public (int Status, string Detail)? Refusal { get; set; }

    public object Nodes { get; set; } = DefaultNodes();

    /// <summary>What the tokens' sweeps have and took.</summary>
    public TokenUses Tokens { get; set; } = new([]);

    public static async Task<FakeCluster> StartAsync(params FakeSweep[] sweeps)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var cluster = new FakeCluster(builder.Build()) { Sweeps = [.. sweeps] };
        cluster.Map();
        await cluster.app.StartAsync();
        return cluster;
    }

    /// <summary>When the page listens.</summary>
    public Task ListenedAsync() => events.ListenedAsync();

    /// <summary>Ids that streams asked to go on from.</summary>
    public IReadOnlyCollection<string> ResumedFrom => events.ResumedFrom;

    /// <summary>Tells who listens where a trial is now.</summary>
    public void Report(FakeSweep sweep, int trial) => Publish("trial", new { sweep = sweep.Id, row = sweep.Row(trial) });

    public void ReportState(FakeSweep sweep)
    {
        var now = sweep.Summary();
        Publish(
            "sweep",
            new
            {
                sweep.Id,
                sequence = sweep.Journal.Count,
                now.State,
                now.Counts,
                now.EpochsDone,
            }
        );
    }

    public void Publish(string type, object data) => events.Publish(type, JsonSerializer.Serialize(data, Json));

    public async ValueTask DisposeAsync()
    {
        events.Disconnect();
        await app.DisposeAsync();
    }

    void Map()
    {
        app.Use(GateAsync);
        app.UseSecurityHeaders();
        app.MapPage();
        app.MapGet("/api/events", events.ServeAsync);
        app.MapGet("/api/tokens", () => Answer(Tokens));
        app.MapGet("/api/nodes", () => Answer(Nodes));
        app.MapGet("/api/sweeps", () => Answer(new { sweeps = Sweeps.Select(sweep => sweep.Summary()) }));
        app.MapPost("/api/sweeps", context => WriteAsync(context, "digits"));
        app.MapGet("/api/sweeps/{id}", (string id) => Of(id, sweep => Answer(sweep.Summary())));
        app.MapPost("/api/sweeps/{id}/apply", ApplyAsync);
        app.MapDelete("/api/sweeps/{id}", DeleteAsync);
        app.MapPost("/api/sweeps/prune", PruneAsync);
        app.MapPost("/api/sweeps/{id}/fork", ForkAsync);
        app.MapPost("/api/sweeps/{id}/{verb}", (string id, HttpContext context) => WriteAsync(context, id));
        app.MapGet(
            "/api/sweeps/{id}/compare/{other}",
            (string id, string other, string? by) =>
                Of(id, first => Of(other, second => Answer(SweepComparison.From(first.State, second.State, by))))
        );
        app.MapGet("/api/sweeps/{id}/trials", (string id) => Of(id, sweep => Answer(new { trials = sweep.Rows })));
        app.MapGet(
            "/api/sweeps/{id}/trials/{trial}",
            (string id, string trial) =>
                Of(id, sweep => sweep.Find(trial) is { } found ? Answer(sweep.Detail(found)) : Missing($"trial {trial}"))
        );
        app.MapGet(
            "/api/sweeps/{id}/curves",
            (string id, string trials) =>
                Of(id, sweep => Answer(new { curves = trials.Split(',').Select(sweep.Find).OfType<TrialState>().Select(TrialCurve.From) }))
        );
        app.MapGet(
            "/api/sweeps/{id}/trials/{trial}/artifacts/{name}",
            (string id, int trial, string name) => Results.Bytes(FakePicture.Png(trial * 7 + name.Length), "image/png")
        );
        app.MapGet(
            "/api/sweeps/{id}/trials/{trial}/log",
            (string id, long after, HttpContext context) =>
                Of(
                    id,
                    sweep =>
                    {
                        context.Response.Headers["X-Next"] = $"{Encoding.UTF8.GetByteCount(sweep.Log)}";
                        return Results.Text(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(sweep.Log)[(int)after..]));
                    }
                )
        );
        app.MapGet(
            "/api/sweeps/{id}/journal",
            (string id, long after, int limit) =>
                Of(
                    id,
                    sweep =>
                    {
                        var some = sweep.Journal.Where(entry => entry.Sequence > after).Take(limit).ToList();
                        return Answer(new { events = some, next = some.Count == 0 ? after : some[^1].Sequence });
                    }
                )
        );
    }

    async Task GateAsync(HttpContext context, RequestDelegate next)
    {
        if (IsDown)
        {
            context.Abort();
            return;
        }

        if (
            Token is not null
            && context.Request.Path.StartsWithSegments("/api")
            && context.Request.Headers.Authorization != $"Bearer {Token}"
        )
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        await next(context);
    }

    async Task WriteAsync(HttpContext context, string id)
    {
        using var reader = new StreamReader(context.Request.Body);
        Asked.Enqueue($"{context.Request.Method} {context.Request.Path} {await reader.ReadToEndAsync()}".TrimEnd());
        var answer = Refusal is { } refusal ? Results.Problem(refusal.Detail, statusCode: refusal.Status) : Answer(new { id });
        await answer.ExecuteAsync(context);
    }

    Task DeleteAsync(string id, bool dry_run, HttpContext context) =>
        dry_run
            ? Answer(DeletionPlan.From(Sweeps.Single(sweep => sweep.Id == id).State, [], isAttended: false)).ExecuteAsync(context)
            : WriteAsync(context, id);

    Task PruneAsync(bool dry_run, HttpContext context)
    {
        var row = new PruneRow("digits", SweepStatus.Completed, DateTimeOffset.UnixEpoch, 3, 3 << 20, 1 << 20);
        return dry_run ? Answer(new PrunePlan([row], row.FreedBytes, 5 << 20)).ExecuteAsync(context) : WriteAsync(context, "digits");
    }

    async Task ApplyAsync(string id, bool dry_run, string? schedule, HttpContext context)
    {
        if (!dry_run)
        {
            await WriteAsync(context, id);
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync();
        var change = new ChangeSpec(SweepFile.Parse(text, "file"), text, ScheduleChoices.Parse(schedule));
        await Of(id, sweep => Answer(ChangePlan.From(sweep.State, change))).ExecuteAsync(context);
    }

    async Task ForkAsync(string id, bool dry_run, HttpContext context)
    {
        if (!dry_run)
        {
            await WriteAsync(context, "fine");
            return;
        }

        var body = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
        var (sets, trial) = (
            body.GetProperty("set").EnumerateObject().Select(one => KeyValuePair.Create(one.Name, one.Value.GetString()!)),
            body.TryGetProperty("trial", out var named) ? int.Parse(named.GetString()!, CultureInfo.InvariantCulture) : (int?)null
        );
        await Of(id, sweep => Answer(new { file = ForkFile.Of(sweep.State, trial, body.GetProperty("name").GetString()!, [.. sets]).Text }))
            .ExecuteAsync(context);
    }

    IResult Of(string id, Func<FakeSweep, IResult> answer) =>
        Sweeps.Find(sweep => sweep.Id == id) is { } sweep ? answer(sweep) : Missing($"sweep '{id}'");

    static IResult Missing(string what) => Results.Problem($"there is no {what}", statusCode: StatusCodes.Status404NotFound);

    static IResult Answer(object value) => Results.Json(value, Json);

    static object DefaultNodes() =>
        new
        {
            nodes = new object[]
            {
                new
                {
                    address = "10.0.0.1:4053",
                    roles = new[] { "coordinator" },
                    status = "up",
                    active_coordinator = true,
                    slots = Array.Empty<object>(),
                    findings = new object[]
                    {
                        new
                        {
                            check = "disk",
                            verdict = "ok",
                            found = "64 GiB of 252 GiB free",
                            remedy = (string?)null,
                        },
                        new
                        {
                            check = "clock",
                            verdict = "warning",
                            found = "nothing synchronises the clock of this machine",
                            remedy = "let the system keep it",
                        },
                    },
                },
                new
                {
                    address = "10.0.0.2:4053",
                    roles = new[] { "worker", "evaluator" },
                    status = "up",
                    active_coordinator = false,
                    slots = new object[]
                    {
                        new
                        {
                            slot = 0,
                            kind = "training",
                            state = "training",
                            sweep = "digits",
                            trial = "0031",
                            attempt = 1,
                        },
                        new
                        {
                            slot = 1,
                            kind = "training",
                            state = "idle",
                            sweep = (string?)null,
                            trial = (string?)null,
                            attempt = (int?)null,
                        },
                        new
                        {
                            slot = 0,
                            kind = "evaluation",
                            state = "evaluating",
                            sweep = "digits",
                            trial = "0020",
                            attempt = 2,
                        },
                    },
                },
                new
                {
                    address = "10.0.0.3:4053",
                    roles = new[] { "worker" },
                    status = "unreachable",
                    active_coordinator = false,
                    slots = new object[]
                    {
                        new
                        {
                            slot = 0,
                            kind = "training",
                            state = "training",
                            sweep = "digits",
                            trial = "0032",
                            attempt = 1,
                        },
                    },
                },
            },
            evaluation_queue = 4,
        };
}
