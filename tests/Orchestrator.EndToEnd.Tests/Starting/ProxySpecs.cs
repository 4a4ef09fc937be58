using Orchestrator.EndToEnd.Tests.Running;

namespace Orchestrator.EndToEnd.Tests.Starting;

/// <summary>What of this machine stays on it, and what of a token goes where; with a proxy that listens.</summary>
public sealed class ProxySpecs
{
    const string Token = "orc_secret";
    static readonly string NoSweeps = Recorder.Json("""{"sweeps":[]}""");

    [Theory]
    [InlineData("127.0.0.1", "http_proxy")]
    [InlineData("127.0.0.1", "HTTP_PROXY")]
    [InlineData("127.0.0.1", "all_proxy")]
    [InlineData("127.0.0.1", "ALL_PROXY")]
    [InlineData("localhost", "http_proxy")]
    [InlineData("LOCALHOST", "http_proxy")]
    [InlineData("127.1.2.3", "http_proxy")]
    [InlineData("2130706433", "http_proxy")]
    [InlineData("[::ffff:127.0.0.1]", "http_proxy")]
    public async Task Loopback_is_never_asked_through_a_proxy(string host, string variable)
    {
        await using var proxy = new Recorder(NoSweeps);
        await using var coordinator = new Recorder(NoSweeps);
        await using var run = Asked(
            [$"{variable}=http://127.0.0.1:{proxy.Port}", "no_proxy="],
            "--server",
            $"http://{host}:{coordinator.Port}"
        );
        await run.Exit();
        Assert.Empty(proxy.Heads);
        // 127.1.2.3 is this machine's too, and this stand-in listens on 127.0.0.1 alone.
        if (host != "127.1.2.3")
            Assert.Contains($"Authorization: Bearer {Token}", Assert.Single(coordinator.Heads), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("http://coordinator.invalid:8080")]
    [InlineData("http://192.0.2.7:8080")]
    [InlineData("http://127.0.0.1:1,http://coordinator.invalid:8080")]
    [InlineData("http://localhost.coordinator.invalid:8080")]
    [InlineData("http://localhost.:8080")]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://127.0.0.1@192.0.2.7:8080")]
    [InlineData("http://127.0.0.1.coordinator.invalid:8080")]
    public async Task A_token_is_never_sent_to_another_machine_in_plain_HTTP(string servers)
    {
        await using var proxy = new Recorder(NoSweeps);
        await using var run = Asked([$"http_proxy=http://127.0.0.1:{proxy.Port}"], "--server", servers);
        await run.ExitsWith(2);
        Assert.Contains("--insecure", run.Errors, StringComparison.Ordinal);
        Assert.Contains("ORCHESTRATOR_TOKEN", run.Errors, StringComparison.Ordinal);
        Assert.Empty(proxy.Heads);
    }

    [Fact]
    public async Task Another_machine_is_asked_through_the_proxy_without_a_token_or_where_the_user_insists()
    {
        await using var proxy = new Recorder(NoSweeps);
        var environment = new[] { $"http_proxy=http://user:hunter2@127.0.0.1:{proxy.Port}" };
        await using (var run = Asked([.. environment, "ORCHESTRATOR_TOKEN="], "--server", "http://coordinator.invalid:8080"))
            await run.ExitsWith(0);
        await using (var run = Asked(environment, "--server", "http://coordinator.invalid:8080", "--insecure"))
            await run.ExitsWith(0);
        Assert.DoesNotContain("Bearer", proxy.Heads[0], StringComparison.Ordinal);
        Assert.Contains("Bearer", proxy.Heads[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_about_a_request_that_failed_names_the_proxy_without_its_secret()
    {
        await using var proxy = new Recorder("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        foreach (var variable in new[] { "http_proxy", "https_proxy" })
        {
            var scheme = variable.Split('_')[0];
            await using var run = Asked(
                [$"{variable}=http://user:hunter2@127.0.0.1:{proxy.Port}", "ORCHESTRATOR_TOKEN="],
                "--server",
                $"{scheme}://coordinator.invalid:8080"
            );
            await run.ExitsWith(4);
            Assert.Contains($"(through the proxy http://127.0.0.1:{proxy.Port} of the environment)", run.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", run.Errors, StringComparison.Ordinal);
        }

        await using var direct = Asked(
            [$"http_proxy=http://127.0.0.1:{proxy.Port}", "no_proxy=.invalid", "ORCHESTRATOR_TOKEN="],
            "--server",
            "http://coordinator.invalid:8080"
        );
        await direct.ExitsWith(4);
        Assert.DoesNotContain("proxy", direct.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_does_not_follow_to_another_address()
    {
        await using var other = new Recorder(NoSweeps);
        await using var coordinator = new Recorder(
            $"HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:{other.Port}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        await using var run = Asked([], "--server", $"http://127.0.0.1:{coordinator.Port}");
        await run.ExitsWith(2);
        Assert.Contains($"http://127.0.0.1:{other.Port}/", run.Errors, StringComparison.Ordinal);
        Assert.Empty(other.Heads);
    }

    [Fact]
    public async Task Data_sets_are_fetched_through_the_proxy_but_from_this_machine_without_it()
    {
        await using var proxy = new Recorder("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        await using var mirror = new Recorder("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        using var folder = new SweepFolder();
        string[] call =
        [
            "env",
            $"http_proxy=http://127.0.0.1:{proxy.Port}",
            Checkout.Program,
            "data",
            "fetch",
            "mnist",
            "--data-dir",
            "runs",
            "--from",
        ];
        await using (var far = Run.Start(call[0], folder.Root, [.. call[1..], "http://mirror.invalid/mnist"]))
        {
            await far.ExitsWith(1);
            Assert.Contains($"through the proxy http://127.0.0.1:{proxy.Port}", far.Errors, StringComparison.Ordinal);
        }

        Assert.StartsWith("GET http://mirror.invalid/mnist/", Assert.Single(proxy.Heads), StringComparison.Ordinal);
        await using var near = Run.Start(call[0], folder.Root, [.. call[1..], $"http://127.0.0.1:{mirror.Port}/mnist"]);
        await near.ExitsWith(1);
        Assert.Single(proxy.Heads);
        Assert.Single(mirror.Heads);
    }

    static Run Asked(string[] environment, params string[] more) =>
        Run.Start(
            "env",
            Path.GetTempPath(),
            ["-u", "no_proxy", "-u", "NO_PROXY", $"ORCHESTRATOR_TOKEN={Token}", .. environment, Checkout.Program, "sweep", "list", .. more]
        );
}
