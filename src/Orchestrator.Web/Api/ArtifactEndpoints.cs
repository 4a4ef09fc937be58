using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps;
using Orchestrator.Web.Artifacts;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Api;

/// <summary>Pictures, metrics and weights of a trial.</summary>
static class ArtifactEndpoints
{
    public static void MapArtifacts(this IEndpointRouteBuilder api, SweepReplica sweeps, DataFolder folder)
    {
        var thumbnails = new Thumbnails();
        api.MapGet(
            "/{id}/trials/{trial}/artifacts/{name}",
            (string id, string trial, string name, string? width, HttpContext context) =>
                ApiResults.OfAsync(
                    sweeps,
                    id,
                    trial,
                    async (state, found) =>
                    {
                        if (TrialArtifacts.Of(state, found, folder).FirstOrDefault(artifact => artifact.Name == name) is not { } artifact)
                            return ProblemResponses.Create(StatusCodes.Status404NotFound, $"trial '{trial}' has no artifact '{name}' here");
                        context.Response.Headers.CacheControl = "private, no-cache"; // kept, and asked for whether it is still the same
                        if (width is null)
                            return Whole(artifact);
                        if (artifact.ContentType != "image/png")
                            return ProblemResponses.Create(StatusCodes.Status400BadRequest, $"width: '{name}' is not a picture");
                        if (
                            !int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var pixels)
                            || pixels < Thumbnails.Narrowest
                            || pixels > Thumbnails.Widest
                        )
                            return ProblemResponses.Create(
                                StatusCodes.Status400BadRequest,
                                $"width: expected {Thumbnails.Narrowest} to {Thumbnails.Widest} pixels, found '{width}'"
                            );
                        pixels = Thumbnails.WidthFor(pixels);
                        return await thumbnails.GetAsync(artifact.File, pixels, context.RequestAborted) is { } small
                            ? Results.Bytes(
                                small,
                                artifact.ContentType,
                                lastModified: artifact.File.LastWriteTimeUtc,
                                entityTag: Tag(artifact.File, pixels)
                            )
                            : Whole(artifact);
                    }
                )
        );
    }

    static IResult Whole(TrialArtifact artifact) =>
        Results.File(
            artifact.File.FullName,
            artifact.ContentType,
            lastModified: artifact.File.LastWriteTimeUtc,
            entityTag: Tag(artifact.File, 0),
            enableRangeProcessing: true
        );

    static EntityTagHeaderValue Tag(FileInfo file, int width) =>
        new(string.Create(CultureInfo.InvariantCulture, $"\"{file.LastWriteTimeUtc.Ticks:x}-{file.Length:x}-{width:x}\""));
}
