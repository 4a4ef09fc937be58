using System.Collections.Immutable;
using Akka.Hosting;
using Microsoft.AspNetCore.Http;
using Orchestrator.Cluster.Hosting;
using Orchestrator.Cluster.Journal;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Web.Access;

namespace Orchestrator.Web.Api;

/// <summary><c>POST /api/sweeps/{id}/fork</c></summary>
static class SweepFork
{
    const int Largest = 64 << 10;

    const string Expected = """expected {"name":"fine","trial":"0003","set":{"training.epochs":"20"}}; trial and set may be left out""";

    public static async Task<IResult> AnswerAsync(
        SweepReplica sweeps,
        string id,
        HttpRequest request,
        IRequiredActor<CoordinatorKey> coordinator,
        JournalHealth health,
        bool isDryRun
    )
    {
        if (sweeps.Sweep(id) is not { } state)
            return ApiResults.NoSweep(id);
        var body = await RequestBody.JsonAsync<Body>(request, Largest, Expected);
        if (body.Name is not { } name || body.Set?.ContainsValue(null!) == true)
            throw new BadBody(StatusCodes.Status400BadRequest, $"name, or a value of set: missing; {Expected}");
        int? trial = null;
        if (body.Trial is { } named)
        {
            if (ApiResults.Find(state, named) is not { } found)
                return ApiResults.NoTrial(id, named);
            trial = found.Number;
        }

        var (file, spec) = ForkFile.Of(state, trial, name, body.Set ?? ImmutableSortedDictionary<string, string>.Empty);
        return isDryRun
            ? Results.Json(new { file }, OrchestratorJson.Indented)
            : await CoordinatorCalls.AskAsync(
                coordinator,
                health,
                new SweepProtocol.Submit(spec, file, By: CallerIdentity.OwnerOf(request))
            );
    }

    /// <param name="Set">Values as YAML, by path.</param>
    sealed record Body(string? Name, string? Trial, ImmutableSortedDictionary<string, string>? Set);
}
