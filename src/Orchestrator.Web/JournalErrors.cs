using System.Data.Common;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Web;

/// <summary>A journal that does not answer is nobody's mistake, and passes.</summary>
static class JournalErrors
{
    public static async ValueTask<object?> Answer(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (DbException)
        {
            return Results.Problem("the journal does not answer; try again", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
