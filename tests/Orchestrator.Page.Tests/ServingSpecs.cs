using System.Net;
using System.Net.Http.Headers;
using Orchestrator.Page.Tests.Fake;

namespace Orchestrator.Page.Tests;

/// <summary>How the page is served.</summary>
public sealed class ServingSpecs : IAsyncLifetime
{
    readonly HttpClient client = new();
    FakeCluster cluster = null!;

    public async ValueTask InitializeAsync()
    {
        cluster = await FakeCluster.StartAsync();
        client.BaseAddress = new(cluster.Address);
    }

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/page/app.js", "text/javascript")]
    [InlineData("/page/views/nodes.js", "text/javascript")]
    [InlineData("/page/page.css", "text/css")]
    [InlineData("/page/icon.svg", "image/svg+xml")]
    [InlineData("/page/vendor/uplot.LICENSE.txt", "text/plain")]
    public async Task A_file_has_its_type_a_strict_policy_and_is_not_sent_twice(string path, string type)
    {
        var stop = TestContext.Current.CancellationToken;
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.NotNull(answer.Headers.ETag);

        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(answer.Headers.ETag.Tag));
        using var unchanged = await client.SendAsync(again, stop);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("/page/index.html")]
    [InlineData("/page/..%2Fapp.js")]
    [InlineData("/page/vendor/")]
    public async Task Nothing_else_is_there(string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await cluster.DisposeAsync();
    }
}
