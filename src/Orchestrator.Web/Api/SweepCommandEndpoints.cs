using System.Collections.Immutable;
using System.Text.Json;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Reports.Views;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Web.Access;

namespace Orchestrator.Web.Api;

/// <summary>What is asked of sweeps: submit, apply, fork, pause, resume, stop, set, retry, tag, note. Each may be asked twice and is done
/// once.</summary>
static class SweepCommandEndpoints
{
    const int LargestSweepFile = 256 << 10,
        LargestSet = 4 << 10,
        LargestRetry = 256 << 10;

    public static void MapSweepCommands(this IEndpointRouteBuilder api, SweepReplica sweeps, JournalHealth health)
    {
        api.MapPost(
            "/",
            (HttpRequest request, IRequiredActor<CoordinatorKey> coordinator) =>
                RequestBody.OrBadAsync(() => SubmitAsync(request, coordinator, health))
        );
        api.MapPost("/{id}/pause", Verb(id => new SweepProtocol.Pause(id)));
        api.MapPost("/{id}/resume", Verb(id => new SweepProtocol.Resume(id)));
        api.MapPost("/{id}/stop", Verb(id => new SweepProtocol.Stop(id)));
        api.MapPost(
            "/{id}/apply",
            (string id, HttpRequest request, IRequiredActor<CoordinatorKey> coordinator, bool? dry_run, string? schedule) =>
                RequestBody.OrBadAsync(() => ApplyAsync(sweeps, id, request, coordinator, health, dry_run ?? false, schedule))
        );
        api.MapPost(
            "/{id}/fork",
            (string id, HttpRequest request, IRequiredActor<CoordinatorKey> coordinator, bool? dry_run) =>
                RequestBody.OrBadAsync(() => SweepFork.AnswerAsync(sweeps, id, request, coordinator, health, dry_run ?? false))
        );
        api.MapPost(
            "/{id}/set",
            (string id, HttpRequest request, IRequiredActor<CoordinatorKey> coordinator) =>
                RequestBody.OrBadAsync(() => SetAsync(sweeps, id, request, coordinator, health))
        );
        api.MapPost(
            "/{id}/retry",
            (string id, HttpRequest request, IRequiredActor<CoordinatorKey> coordinator) =>
                RequestBody.OrBadAsync(() => RetryAsync(sweeps, id, request, coordinator, health))
        );

        Delegate Verb(Func<string, SweepProtocol.IVerb> message) =>
            (string id, IRequiredActor<CoordinatorKey> coordinator) =>
                sweeps.Sweep(id) is null
                    ? Task.FromResult(ApiResults.NoSweep(id))
                    : CoordinatorCalls.AskAsync(coordinator, health, message(id));
    }

    static async Task<IResult> SubmitAsync(HttpRequest request, IRequiredActor<CoordinatorKey> coordinator, JournalHealth health)
    {
        var text = await RequestBody.ReadAsync(request, "the sweep file", LargestSweepFile);
        return await CoordinatorCalls.AskAsync(
            coordinator,
            health,
            new SweepProtocol.Submit(SweepFile.Parse(text, "sweep file"), text, By: CallerIdentity.OwnerOf(request))
        );
    }

    /// <summary>The body is the changed sweep file. A dry run says what would come of it, and changes nothing.</summary>
    static async Task<IResult> ApplyAsync(
        SweepReplica sweeps,
        string id,
        HttpRequest request,
        IRequiredActor<CoordinatorKey> coordinator,
        JournalHealth health,
        bool isDryRun,
        string? schedule
    )
    {
        if (sweeps.Sweep(id) is not { } state)
            return ApiResults.NoSweep(id);
        var text = await RequestBody.ReadAsync(request, "the sweep file", LargestSweepFile);
        var spec = SweepFile.Parse(text, "sweep file");
        if (spec.Name != id)
            throw new BadBody(
                StatusCodes.Status400BadRequest,
                $"name: the file is of sweep '{Printable.Short(spec.Name)}', and '{id}' is asked to change"
            );
        var beyond = ScheduleChoices.Parse(schedule);
        if (schedule is not null && beyond is null)
            throw new BadBody(StatusCodes.Status400BadRequest, $"schedule: expected {ScheduleChoices.Expected}");
        return isDryRun
            ? Results.Json(ChangePlan.From(state, new ChangeSpec(spec, text, beyond)), OrchestratorJson.Indented)
            : await CoordinatorCalls.AskAsync(coordinator, health, new SweepProtocol.Change(spec, text, beyond));
    }

    static async Task<IResult> RetryAsync(
        SweepReplica sweeps,
        string id,
        HttpRequest request,
        IRequiredActor<CoordinatorKey> coordinator,
        JournalHealth health
    )
    {
        if (sweeps.Sweep(id) is not { } state)
            return ApiResults.NoSweep(id);
        var names = Named(await RequestBody.ReadAsync(request, "the body", LargestRetry));
        var numbers = ApiResults.Numbers(state, names, out var unknown);
        return unknown is null
            ? await CoordinatorCalls.AskAsync(coordinator, health, new SweepProtocol.Retry(id, numbers))
            : ApiResults.NoTrial(id, unknown);
    }

    static async Task<IResult> SetAsync(
        SweepReplica sweeps,
        string id,
        HttpRequest request,
        IRequiredActor<CoordinatorKey> coordinator,
        JournalHealth health
    )
    {
        if (sweeps.Sweep(id) is null)
            return ApiResults.NoSweep(id);
        var values = Values(await RequestBody.ReadAsync(request, "the body", LargestSet));
        return await CoordinatorCalls.AskAsync(coordinator, health, new SweepProtocol.Set(id, values));
    }

    /// <returns>Texts by name, none of them wrong.</returns>
    static ImmutableSortedDictionary<string, string> Values(string body)
    {
        const string expected = """expected {"priority":5,"weight":2,"max_slots":4,"budget.gpu_hours":40}, or some of these""";
        Dictionary<string, JsonElement>? named;
        try
        {
            named = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(body, OrchestratorJson.Compact);
        }
        catch (JsonException error)
        {
            throw new BadBody(StatusCodes.Status400BadRequest, $"the body is not what can be set ({expected}): {error.Message}");
        }

        if (named is not { Count: > 0 })
            throw new BadBody(StatusCodes.Status400BadRequest, $"nothing is to be set: {expected}");
        // Null takes a bound away.
        var values = named.ToImmutableSortedDictionary(
            one => one.Key,
            one => one.Value.ValueKind == JsonValueKind.Null ? Settable.None : one.Value.ToString()
        );
        var faults = Settable.Faults(values).ToList();
        return faults.Count == 0 ? values : throw new BadBody(StatusCodes.Status400BadRequest, string.Join("; ", faults));
    }

    /// <returns>Empty where the body names no trials: all that failed are meant.</returns>
    static ImmutableArray<string> Named(string body)
    {
        const string expected = """expected nothing, or {"trials":["0001"]}""";
        if (string.IsNullOrWhiteSpace(body))
            return [];
        RetryBody? asked;
        try
        {
            asked = JsonSerializer.Deserialize<RetryBody>(body, OrchestratorJson.Compact);
        }
        catch (JsonException error)
        {
            throw new BadBody(StatusCodes.Status400BadRequest, $"the body is not what a retry takes ({expected}): {error.Message}");
        }

        if (asked?.Trials is not { IsDefault: false } trials)
            return [];
        // An empty list is more likely a mistake than a wish for everything.
        return !trials.IsEmpty && trials.All(name => name is not null)
            ? trials
            : throw new BadBody(
                StatusCodes.Status400BadRequest,
                $"trials: {(trials.IsEmpty ? "an empty list" : "null in the list")}; {expected}"
            );
    }

    sealed record RetryBody(ImmutableArray<string>? Trials);
}
