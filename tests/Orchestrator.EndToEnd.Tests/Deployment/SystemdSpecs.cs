namespace Orchestrator.EndToEnd.Tests.Deployment;

public sealed class SystemdSpecs
{
    static readonly string Unit = File.ReadAllText(Path.Combine(Checkout.Repository, "cluster", "systemd", "orchestrator@.service"));

    [Fact]
    public void A_node_with_wrong_settings_is_not_started_again_and_every_node_may_drain()
    {
        Assert.Equal("2", Value("RestartPreventExitStatus"));
        Assert.Equal("on-failure", Value("Restart"));
        Assert.True(int.Parse(Value("TimeoutStopSec"), System.Globalization.CultureInfo.InvariantCulture) >= 60);
        Assert.Equal("mixed", Value("KillMode"));
        Assert.NotEqual("root", Value("User"));
        Assert.EndsWith("/" + Value("StateDirectory"), Value("WorkingDirectory"), StringComparison.Ordinal);
        Assert.Equal("/opt/orchestrator/orchestrator node start --config /etc/orchestrator/%i.conf", Value("ExecStart"));
    }

    [Fact]
    public async Task Systemd_accepts_the_unit()
    {
        Needs.Program("systemd-analyze", "systemd");
        using var folder = new FakePrograms();
        folder.Add("orchestrator", "");
        // The program is looked for too, so it is named where it is here.
        await File.WriteAllTextAsync(
            Path.Combine(folder.Root, "orchestrator@.service"),
            Unit.Replace("/opt/orchestrator/orchestrator", Path.Combine(folder.Root, "orchestrator"), StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );
        await using var run = Run.Start(
            "systemd-analyze",
            folder.Root,
            "verify",
            "--man=no",
            Path.Combine(folder.Root, "orchestrator@.service")
        );
        await run.ExitsWith(0);
        Assert.DoesNotContain("orchestrator@", run.Errors, StringComparison.Ordinal);
    }

    static string Value(string key) =>
        Assert.Single(Unit.Split('\n'), line => line.StartsWith(key + "=", StringComparison.Ordinal))[(key.Length + 1)..];
}
