using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Orchestrator.Web.Api;

/// <summary><c>/api/openapi.json</c>: made from the endpoints themselves.</summary>
static class ApiDocument
{
    const string Path = "/openapi.json",
        Scheme = "token";

    public static void AddApiDocument(this IServiceCollection services) =>
        services.AddOpenApi(options =>
        {
            options.ShouldInclude = endpoint => endpoint.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
            options.AddDocumentTransformer(
                (document, _, _) =>
                {
                    document.Info = new OpenApiInfo
                    {
                        Title = "Orchestrator",
                        Version = typeof(ApiDocument).Assembly.GetName().Version!.ToString(3),
                        Description =
                            "Sweeps, trials and nodes of a cluster. Any coordinator answers. Errors are problem documents (RFC 9457).",
                    };
                    document.Components ??= new OpenApiComponents();
                    document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                    {
                        [Scheme] = new OpenApiSecurityScheme
                        {
                            Type = SecuritySchemeType.Http,
                            Scheme = "bearer",
                            Description =
                                "Of 'orchestrator token create'. Callers on the coordinator's own machine need none while no token was "
                                + "made and the node listens on loopback alone.",
                        },
                    };
                    document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Scheme, document)] = [] }];
                    document.Servers = [];
                    return Task.CompletedTask;
                }
            );
        });

    public static void MapApiDocument(this IEndpointRouteBuilder api) => api.MapOpenApi(Path);
}
