using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orchestrator.Cluster.Journal;

namespace Orchestrator.Web.Server;

/// <summary>A journal that cannot be read is nobody's mistake who asks: 503, with the reason where it is known.</summary>
static class JournalErrors
{
    public static void UseJournalErrors(this IApplicationBuilder pipeline, JournalDatabase journal) =>
        pipeline.Use(
            async (context, next) =>
            {
                try
                {
                    await next(context);
                }
                catch (Exception error) when (error is DbException or JournalException && !context.Response.HasStarted)
                {
                    await ProblemResponses.Create(StatusCodes.Status503ServiceUnavailable, journal.Describe(error)).ExecuteAsync(context);
                }
            }
        );
}
