using System.Collections.Immutable;
using Akka.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Web.Api;

/// <summary>What people say of a sweep: tags, and notes. Each may be said twice and is kept once.</summary>
static class SweepLabelEndpoints
{
    const int Largest = 16 << 10;

    public static void MapSweepLabels(this IEndpointRouteBuilder api, SweepReplica sweeps, JournalHealth health)
    {
        api.MapPost(
            "/{id}/tag",
            (string id, HttpRequest request, IRequiredActor<CoordinatorKey> coordinator) =>
                RequestBody.OrBadAsync(async () =>
                    sweeps.Sweep(id) is null
                        ? ApiResults.NoSweep(id)
                        : await CoordinatorCalls.AskAsync(coordinator, health, await TagAsync(id, request))
                )
        );
        api.MapPost(
            "/{id}/note",
            (string id, HttpRequest request, IRequiredActor<CoordinatorKey> coordinator) =>
                RequestBody.OrBadAsync(() => NoteAsync(sweeps, id, request, coordinator, health))
        );
    }

    static async Task<SweepProtocol.Tag> TagAsync(string id, HttpRequest request)
    {
        var body = await RequestBody.JsonAsync<TagBody>(
            request,
            Largest,
            """expected {"add":["paper"],"remove":["draft"]}, or one of them"""
        );
        var (add, remove) = (Named(body.Add), Named(body.Remove));
        if (SweepLabels.Faults(add).ToList() is { Count: > 0 } faults)
            throw new BadBody(StatusCodes.Status400BadRequest, string.Join("; ", faults));
        return new SweepProtocol.Tag(id, add, remove);

        static ImmutableArray<string> Named(ImmutableArray<string?>? tags) =>
            tags is { IsDefault: false } some ? [.. some.OfType<string>()] : [];
    }

    static async Task<IResult> NoteAsync(
        SweepReplica sweeps,
        string id,
        HttpRequest request,
        IRequiredActor<CoordinatorKey> coordinator,
        JournalHealth health
    )
    {
        if (sweeps.Sweep(id) is not { } state)
            return ApiResults.NoSweep(id);
        const string expected = """expected {"text":"the note"}, with "trial":"0001" for one of a trial""";
        var body = await RequestBody.JsonAsync<NoteBody>(request, Largest, expected);
        if (body.Text is not { } text)
            throw new BadBody(StatusCodes.Status400BadRequest, $"text: is missing; {expected}");
        if (SweepLabels.Fault(text) is { } fault)
            throw new BadBody(StatusCodes.Status400BadRequest, fault);
        var trial = body.Trial is { } named ? ApiResults.Find(state, named) : null;
        return body.Trial is { } unknown && trial is null
            ? ApiResults.NoTrial(id, unknown)
            : await CoordinatorCalls.AskAsync(coordinator, health, new SweepProtocol.Note(id, trial?.Number, text));
    }

    sealed record TagBody(ImmutableArray<string?>? Add, ImmutableArray<string?>? Remove);

    sealed record NoteBody(string? Text, string? Trial);
}
