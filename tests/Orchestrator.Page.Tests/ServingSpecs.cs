using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
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

    [Fact]
    public async Task The_page_names_every_module_it_begins_with_at_an_address_that_is_kept()
    {
        var stop = TestContext.Current.CancellationToken;
        var page = await client.GetStringAsync(new Uri("/", UriKind.Relative), stop);
        var addresses = Regex.Matches(page, "(?:href|src)=\"([^\"]+)\"").Select(match => match.Groups[1].Value).ToList();
        Assert.Contains(addresses, address => address.EndsWith("/views/trials.js", StringComparison.Ordinal));
        Assert.Contains(addresses, address => address.EndsWith("/vendor/preact.js", StringComparison.Ordinal));
        Assert.DoesNotContain(addresses, address => address.EndsWith("/uplot.js", StringComparison.Ordinal));
        Assert.All(addresses, address => Assert.Matches("^page/[0-9a-f]{12}/", address));
        foreach (var address in addresses.Distinct())
        {
            using var answer = await client.GetAsync(new Uri(address, UriKind.Relative), stop);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Contains("immutable", answer.Headers.GetValues("Cache-Control").Single(), StringComparison.Ordinal);
        }
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
