using System.Net;
using System.Text;
using Orchestrator.Web.Server;
using Orchestrator.Web.Tests.Running;

namespace Orchestrator.Web.Tests.Server;

public sealed class LimitSpecs
{
    [Fact]
    public async Task Every_error_is_a_problem_document()
    {
        await using var node = await TestNode.StartAsync(new() { Limits = new WebLimits { BodyBytes = 1000 } });
        Assert.Contains(
            "openapi",
            await (await node.Client.CallAsync(HttpMethod.Get, "/api/nothing")).ProblemAsync(HttpStatusCode.NotFound)
        );
        await (await node.Client.CallAsync(HttpMethod.Get, "/nothing", headers: ("Accept", "text/html"))).ProblemAsync(
            HttpStatusCode.NotFound
        );
        await (await node.Client.CallAsync(HttpMethod.Get, "/api/sweeps/none/results")).ProblemAsync(HttpStatusCode.NotFound);
        Assert.Contains(
            "use GET",
            await (await node.Client.CallAsync(HttpMethod.Delete, "/api/nodes")).ProblemAsync(HttpStatusCode.MethodNotAllowed)
        );
        await (await node.Client.SubmitAsync("name: [")).ProblemAsync(HttpStatusCode.BadRequest);
        await (await node.Client.SubmitAsync(new string('#', 300 << 10))).ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Whoever_asks_too_often_is_told_to_wait_and_probes_are_answered()
    {
        // So slow that none comes back while a busy machine answers.
        const double anHour = 1.0 / 3600;
        await using var node = await TestNode.StartAsync(
            new()
            {
                Limits = new WebLimits
                {
                    Reads = new RequestRate(anHour, 3),
                    Writes = new RequestRate(anHour, 1),
                    HeldBack = TimeSpan.Zero,
                },
            }
        );
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 10; i++)
            answers.Add(await node.Client.CallAsync(HttpMethod.Get, "/api/nothing"));
        Assert.Contains("wait", await answers[^1].ProblemAsync(HttpStatusCode.TooManyRequests));
        Assert.NotNull(answers[^1].Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.NotFound, answers[0].StatusCode);

        using var first = await node.Client.SubmitAsync(Calls.Sweep("first"));
        Assert.True(first.IsSuccessStatusCode);
        await (await node.Client.SubmitAsync(Calls.Sweep("second"))).ProblemAsync(HttpStatusCode.TooManyRequests);
        for (var i = 0; i < 10; i++)
        {
            using var probe = await node.Client.CallAsync(HttpMethod.Get, "/healthz");
            Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
        }
    }

    [Theory]
    [InlineData("/api/sweeps")]
    [InlineData("/api/nothing")]
    [InlineData("/metrics")]
    public async Task Browsers_are_told_to_be_strict(string path)
    {
        await using var node = await TestNode.StartAsync();
        using var answer = await node.Client.CallAsync(HttpMethod.Get, path, headers: ("Origin", "https://other.example"));
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.StartsWith("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            answer.Headers,
            header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase) || header.Key == "Server"
        );
        // Nor is a browser that asks first told that it may.
        using var preflight = await node.Client.CallAsync(
            HttpMethod.Options,
            path,
            headers: [("Origin", "https://other.example"), ("Access-Control-Request-Method", "POST")]
        );
        Assert.DoesNotContain(preflight.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_same_file_may_be_submitted_again_and_another_one_of_that_name_may_not()
    {
        await using var node = await TestNode.StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => node.Client.SubmitAsync(Calls.Sweep("mine"))));
        Assert.All(answers, answer => Assert.True(answer.IsSuccessStatusCode));
        var bodies = await Task.WhenAll(answers.Select(answer => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Single(bodies.Distinct());
        Assert.Single((await node.Client.JsonAsync("/api/sweeps")).GetProperty("sweeps").EnumerateArray());
        await (await node.Client.SubmitAsync(Calls.Sweep("mine", trials: 5))).ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Too_much_of_a_head_is_not_read()
    {
        await using var node = await TestNode.StartAsync();
        using var tall = await node.Client.CallAsync(HttpMethod.Get, "/api/sweeps", headers: ("X-Long", new string('x', 20 << 10)));
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, tall.StatusCode);
        using var many = await node.Client.CallAsync(
            HttpMethod.Get,
            "/api/sweeps",
            headers: [.. Enumerable.Range(0, 100).Select(i => ($"X-{i}", "1"))]
        );
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, many.StatusCode);
        using var line = await node.Client.CallAsync(HttpMethod.Get, "/api/" + new string('x', 9 << 10));
        Assert.Equal(HttpStatusCode.RequestUriTooLong, line.StatusCode);
    }

    [Fact]
    public async Task What_is_not_UTF8_is_no_sweep_file()
    {
        await using var node = await TestNode.StartAsync();
        Assert.Contains(
            "UTF-8",
            await (
                await node.Client.CallAsync(
                    HttpMethod.Post,
                    "/api/sweeps",
                    content: new ByteArrayContent([.. Encoding.UTF8.GetBytes("name: "), 0xC3, 0x28])
                )
            ).ProblemAsync(HttpStatusCode.BadRequest)
        );
    }
}
