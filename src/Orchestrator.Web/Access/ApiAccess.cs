using System.Text.Encodings.Web;
using Akka.Event;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Web.Server;

namespace Orchestrator.Web.Access;

/// <summary>Who may do what: a viewer reads, an operator does everything. It holds for every endpoint that asks for authorization, and for
/// whatever else is asked for below <c>/api</c>. The rest (the probes, the metrics, service discovery, the page's files) shows no sweep's
/// content and is open to all.</summary>
static class ApiAccess
{
    public const string Root = "/api";

    public static void AddApiAccess(this IServiceCollection services, CallerIdentity identity)
    {
        services.AddSingleton(identity);
        services.AddSingleton(UrlEncoder.Default);
        // Without what cookies need: keys of their own, kept on the disk.
        services.AddAuthenticationCore(options =>
        {
            options.DefaultScheme = TokenAuthentication.SchemeName;
            options.AddScheme<TokenAuthentication>(TokenAuthentication.SchemeName, displayName: null);
        });
        services.AddAuthorization(options =>
        {
            options.DefaultPolicy = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(MayDoIt).Build();
            options.FallbackPolicy = new AuthorizationPolicyBuilder()
                .RequireAssertion(context => !IsOfApi(context.Resource as HttpContext) || IsKnown(context) && MayDoIt(context))
                .Build();
        });
    }

    public static void UseApiAccess(this IApplicationBuilder pipeline)
    {
        pipeline.UseAuthentication();
        pipeline.UseAuthorization();
        pipeline.Use(
            (context, next) =>
            {
                if (IsOfApi(context) && !context.Request.IsReading())
                    context
                        .Log()
                        .Info("{0} {1} by {2}", context.Request.Method, context.Request.Path.ToUriComponent(), context.User.Identity?.Name);
                return next(context);
            }
        );
    }

    static bool IsOfApi(HttpContext? request) => request?.Request.Path.StartsWithSegments(Root) == true;

    static bool IsKnown(AuthorizationHandlerContext context) => context.User.Identity is { IsAuthenticated: true };

    static bool MayDoIt(AuthorizationHandlerContext context) =>
        context.User.IsInRole(nameof(AccessRole.Operator)) || context.Resource is HttpContext request && request.Request.IsReading();
}
