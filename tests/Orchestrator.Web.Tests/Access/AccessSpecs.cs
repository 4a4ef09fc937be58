using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Orchestrator.Cluster;
using Orchestrator.Cluster.Settings;
using Orchestrator.Web.Access;
using Orchestrator.Web.Tests.Running;

namespace Orchestrator.Web.Tests.Access;

public sealed class AccessSpecs
{
    static readonly string[] OpenToAll = ["/healthz", "/readyz", "/metrics", "/sd/prometheus"];
    static readonly IPAddress Elsewhere = IPAddress.Parse("203.0.113.7");
    static readonly HttpMethod Get = HttpMethod.Get,
        Post = HttpMethod.Post;

    [Fact]
    public async Task On_the_same_machine_no_token_is_needed()
    {
        await using var node = await TestNode.StartAsync();
        Assert.Equal("sweeps", (await node.Client.JsonAsync("/api/sweeps")).EnumerateObject().Single().Name);
        using var submitted = await node.Client.SubmitAsync(Calls.Sweep("mine"));
        Assert.True(submitted.IsSuccessStatusCode);
        // A token that is shown counts, also here.
        await (await node.Client.CallAsync(Get, "/api/sweeps", "nonsense")).ProblemAsync(HttpStatusCode.Unauthorized);
        var viewer = node.Tokens.Create(AccessRole.Viewer, null, default).Secret;
        await (await node.Client.CallAsync(Post, "/api/sweeps/mine/stop", viewer)).ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_sweep_is_its_token_s_which_trains_it_within_its_quota_and_reads_why_it_waits()
    {
        await using var node = await TestNode.StartAsync();
        var alice = node.Tokens.Create(AccessRole.Operator, "alice", default).Secret;
        var nameless = node.Tokens.Create(AccessRole.Operator, null, default);
        node.Tokens.SetQuota("alice", ImmutableSortedDictionary<string, string>.Empty.Add("slots", "1").Add("slot_hours", "1e-9"));
        foreach (var (name, token) in (IEnumerable<(string, string)>)[("mine", alice), ("other", nameless.Secret)])
        {
            using var submitted = await node.Client.SubmitAsync(Calls.Sweep(name), token);
            Assert.True(submitted.IsSuccessStatusCode);
        }

        const string reached = "token alice has used 1E-09 of 1E-09 slot-hours";
        await Eventually.TrueAsync(async () =>
            (await Read("/api/sweeps/mine")).GetProperty("waits_because").GetString() is { } waits && waits == reached
        );
        Assert.StartsWith(reached, (await Read("/api/sweeps/mine/why")).GetProperty("because")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ("alice", nameless.Token.Id),
            (
                (await Read("/api/sweeps/mine")).GetProperty("submitted_by").GetString(),
                (await Read("/api/sweeps/other")).GetProperty("submitted_by").GetString()
            )
        );
        var tokens = (await Read("/api/tokens")).GetProperty("tokens").EnumerateArray().ToList();
        var use = tokens.Single(one => one.GetProperty("token").GetString() == "alice");
        Assert.Equal((1, 1), (use.GetProperty("sweeps").GetInt32(), use.GetProperty("quota").GetProperty("slots").GetInt32()));
        Assert.Equal(2, (await Read("/api/cost?by=token")).GetProperty("rows").GetArrayLength());

        node.Tokens.SetQuota("alice", ImmutableSortedDictionary<string, string>.Empty.Add("slot_hours", "none"));
        await Eventually.TrueAsync(async () => (await Read("/api/sweeps/mine")).GetProperty("waits_because").GetString() is null);

        Task<JsonElement> Read(string path) => node.Client.JsonAsync(path, alice);
    }

    [Fact]
    public async Task From_elsewhere_and_without_TLS_only_probes_and_metrics_are_answered()
    {
        await using var node = await TestNode.StartAsync(new() { From = Elsewhere });
        var token = node.Tokens.Create(AccessRole.Operator, null, default).Secret;
        foreach (var path in OpenToAll)
        {
            using var answer = await node.Client.CallAsync(Get, path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        foreach (var path in new[] { "/api/sweeps", "/API/sweeps", "/api/nodes", "/api/events", "/api/openapi.json", "/api/nothing" })
            Assert.Contains("HTTPS only", await (await node.Client.CallAsync(Get, path, token)).ProblemAsync(HttpStatusCode.Forbidden));
        Assert.Contains(
            "HTTPS only",
            await (await node.Client.SubmitAsync(Calls.Sweep("mine"), token)).ProblemAsync(HttpStatusCode.Forbidden)
        );
    }

    [Fact]
    public async Task Where_plain_HTTP_was_asked_for_a_token_is_still_needed()
    {
        await using var node = await TestNode.StartAsync(new() { From = Elsewhere, AllowPlain = true });
        await (await node.Client.CallAsync(Get, "/api/sweeps")).ProblemAsync(HttpStatusCode.Unauthorized);
        using var answer = await node.Client.CallAsync(Get, "/api/sweeps", node.Tokens.Create(AccessRole.Viewer, null, default).Secret);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task From_elsewhere_a_viewer_reads_and_an_operator_does_everything()
    {
        await using var node = await TestNode.StartAsync(new() { From = Elsewhere, Certificate = TestCertificate.Load() });
        Assert.Equal("https", node.Address.Scheme);
        foreach (var path in OpenToAll)
        {
            using var answer = await node.Client.CallAsync(Get, path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using var unknown = await node.Client.CallAsync(Get, "/api/sweeps");
        await unknown.ProblemAsync(HttpStatusCode.Unauthorized);
        Assert.Equal("Bearer", unknown.Headers.WwwAuthenticate.Single().Scheme);

        var (viewer, _) = node.Tokens.Create(AccessRole.Viewer, null, default);
        var (@operator, token) = node.Tokens.Create(AccessRole.Operator, null, default);
        using var read = await node.Client.CallAsync(Get, "/api/sweeps", viewer);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
        Assert.Contains(
            "viewer",
            await (await node.Client.SubmitAsync(Calls.Sweep("mine"), viewer)).ProblemAsync(HttpStatusCode.Forbidden)
        );
        using var submitted = await node.Client.SubmitAsync(Calls.Sweep("mine"), @operator);
        Assert.True(submitted.IsSuccessStatusCode);

        node.Tokens.Revoke(token.Id);
        await (await node.Client.CallAsync(Post, "/api/sweeps/mine/stop", @operator)).ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_in_the_address_is_taken_for_events_alone()
    {
        await using var node = await TestNode.StartAsync(new() { From = Elsewhere, AllowPlain = true });
        var viewer = node.Tokens.Create(AccessRole.Viewer, null, default).Secret;
        await (await node.Client.CallAsync(Get, $"/api/sweeps?token={viewer}")).ProblemAsync(HttpStatusCode.Unauthorized);
        await (await node.Client.CallAsync(Get, "/api/events?token=nonsense")).ProblemAsync(HttpStatusCode.Unauthorized);
        using var request = new HttpRequestMessage(Get, $"/api/events?token={viewer}");
        using var events = await node.Client.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        Assert.Equal(HttpStatusCode.OK, events.StatusCode);
    }

    /// <summary>A page whose name was made to point here, and a proxy that speaks for somebody else, reach loopback too.</summary>
    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("Forwarded", "for=203.0.113.7")]
    [InlineData("Via", "1.1 proxy")]
    public async Task What_only_seems_to_come_from_here_needs_a_token(string header, string value)
    {
        await using var node = await TestNode.StartAsync();
        await (await node.Client.CallAsync(Get, "/api/sweeps", headers: (header, value))).ProblemAsync(HttpStatusCode.Unauthorized);
        using var answer = await node.Client.CallAsync(
            Get,
            "/api/sweeps",
            node.Tokens.Create(AccessRole.Viewer, null, default).Secret,
            headers: (header, value)
        );
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task A_page_of_another_site_changes_nothing(string header, string value)
    {
        await using var node = await TestNode.StartAsync();
        var token = node.Tokens.Create(AccessRole.Operator, null, default).Secret;
        foreach (var shown in new[] { null, token })
            Assert.Contains(
                "another site",
                await (await node.Client.CallAsync(Post, "/api/sweeps/mine/stop", shown, headers: (header, value))).ProblemAsync(
                    HttpStatusCode.Forbidden
                )
            );
        // Our own page says these.
        using var own = await node.Client.CallAsync(
            Post,
            "/api/sweeps",
            token,
            new StringContent(Calls.Sweep("mine")),
            ("Sec-Fetch-Site", "same-origin"),
            ("Origin", node.Address.GetLeftPart(UriPartial.Authority))
        );
        Assert.True(own.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Tokens_that_cannot_be_trusted_let_nobody_in()
    {
        await using var node = await TestNode.StartAsync();
        var secret = node.Tokens.Create(AccessRole.Operator, null, default).Secret;
        File.WriteAllText(node.Folder.Tokens, "damaged");
        await (await node.Client.CallAsync(Get, "/api/sweeps", secret)).ProblemAsync(HttpStatusCode.ServiceUnavailable);
    }

    /// <summary>A port forward or a plain proxy on this machine makes everybody look like a program on it.</summary>
    [Fact]
    public async Task Loopback_needs_a_token_where_others_may_stand_behind_it_and_once_there_is_one()
    {
        await using var reachable = await TestNode.StartAsync(new() { TrustLoopback = false });
        Assert.Contains(
            "ORCHESTRATOR_TOKEN",
            await (await reachable.Client.CallAsync(Get, "/api/sweeps")).ProblemAsync(HttpStatusCode.Unauthorized)
        );

        await using var node = await TestNode.StartAsync();
        using var before = await node.Client.CallAsync(Get, "/api/sweeps");
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        var secret = node.Tokens.Create(AccessRole.Viewer, null, default).Secret;
        await (await node.Client.CallAsync(Get, "/api/sweeps")).ProblemAsync(HttpStatusCode.Unauthorized);
        using var shown = await node.Client.CallAsync(Get, "/api/sweeps", secret);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
    }

    [Theory]
    [InlineData("http.host", "127.0.0.1", true)]
    [InlineData("http.host", "localhost", true)]
    [InlineData("http.host", "::1", true)]
    [InlineData("http.host", "0.0.0.0", false)]
    [InlineData("http.host", "192.0.2.7", false)]
    [InlineData("http.tokens", "true", false)]
    public void Loopback_is_trusted_where_nobody_else_reaches_the_port(string key, string value, bool trusted)
    {
        var settings = new LayeredSettings();
        settings.WithFlag(NodeSettingTable.Role, ["coordinator"]);
        settings.WithFlag(NodeSettingTable.Insecure, ["true"]);
        settings.WithFlag(NodeSettingTable.All.Single(setting => setting.Key == key), [value]);
        Assert.Equal(trusted, NodeSettings.From(settings, TimeProvider.System).TrustsLoopback);
    }

    [Fact]
    public async Task Who_follows_with_a_token_is_cut_off_when_it_is_revoked()
    {
        await using var node = await TestNode.StartAsync();
        var (secret, token) = node.Tokens.Create(AccessRole.Viewer, null, default);
        var (others, _) = node.Tokens.Create(AccessRole.Viewer, null, default);
        using var events = await EventStream.OpenAsync(node.Client, token: secret);
        using var other = await EventStream.OpenAsync(node.Client, token: others);
        await events.NextAsync();
        node.Tokens.Revoke(token.Id);
        await events.EndAsync();
        using var submitted = await node.Client.SubmitAsync(
            Calls.Sweep("mine"),
            node.Tokens.Create(AccessRole.Operator, null, default).Secret
        );
        await other.UntilAsync("sweep", _ => true);
    }

    [Fact]
    public async Task Who_follows_without_a_token_is_cut_off_when_one_is_made()
    {
        await using var node = await TestNode.StartAsync();
        using var events = await EventStream.OpenAsync(node.Client);
        await events.NextAsync();
        node.Tokens.Create(AccessRole.Viewer, null, default);
        await events.EndAsync();
    }

    /// <summary>As the documentation says: a viewer reads by GET and HEAD.</summary>
    [Theory]
    [InlineData("/api/sweeps")]
    [InlineData("/api/nodes")]
    [InlineData("/api/openapi.json")]
    [InlineData("/metrics")]
    [InlineData("/readyz")]
    [InlineData("/healthz")]
    [InlineData("/sd/prometheus")]
    [InlineData("/")]
    public async Task HEAD_is_answered_as_GET_is_without_the_body(string path)
    {
        await using var node = await TestNode.StartAsync();
        using var got = await node.Client.CallAsync(Get, path);
        using var head = await node.Client.CallAsync(HttpMethod.Head, path);
        Assert.Equal((got.StatusCode, got.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        using var none = await node.Client.CallAsync(HttpMethod.Head, "/api/nothing");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public void A_certificate_past_its_date_is_refused() =>
        Assert.Contains("past its date", Assert.Throws<NodeSettingException>(() => TestCertificate.Load(expired: true)).Message);
}
