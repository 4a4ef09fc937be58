using Orchestrator.Web.Tests.Running;

namespace Orchestrator.Web.Tests.Api;

public sealed class ApiDocumentSpecs
{
    [Fact]
    public async Task The_document_lists_every_address_of_the_API()
    {
        await using var node = await TestNode.StartAsync();
        var document = await node.Client.JsonAsync("/api/openapi.json");
        Assert.StartsWith("3.", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            "bearer",
            document.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString()
        );
        var listed = document.GetProperty("paths").EnumerateObject().Select(path => path.Name.TrimEnd('/')).Order(StringComparer.Ordinal);
        var mapped = node
            .Routes.Select(route => "/" + route.RoutePattern.RawText!.Trim('/'))
            .Where(path => path.StartsWith("/api/", StringComparison.Ordinal) && path != "/api/openapi.json");
        Assert.Equal(mapped.Distinct().Order(StringComparer.Ordinal), listed);
        Assert.Contains("/api/sweeps/{id}/results", listed);
    }
}
