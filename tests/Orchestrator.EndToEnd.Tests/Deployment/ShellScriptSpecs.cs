namespace Orchestrator.EndToEnd.Tests.Deployment;

public sealed class ShellScriptSpecs
{
    public static TheoryData<string> Scripts { get; } =
    [
        "cluster/certs.sh",
        "cluster/node.sh",
        "cluster/slurm/orchestrator.sbatch",
        "monitoring/make-dashboards.sh",
        "tests/deploy/checks.sh",
        "tests/deploy/engine.sh",
        "tests/deploy/kubernetes.sh",
        "tests/deploy/postgres.sh",
        "tests/deploy/slurm.sh",
        "tests/deploy/slurm/cases.sh",
        "tests/deploy/slurm/daemons.sh",
        "tests/deploy/slurm/postgres.sh",
        "tests/deploy/stand-ins.sh",
        "tests/deploy/systemd.sh",
        "tests/deploy/systemd/boot.sh",
        "tests/deploy/systemd/checks.sh",
        "tests/run.sh",
        "tools/attack.sh",
        "tools/chaos.sh",
        "tools/chaos-seeds.sh",
    ];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task A_shell_can_read_it(string script)
    {
        await using var run = Run.Start("bash", Checkout.Repository, "-n", script);
        await run.ExitsWith(0);
        Assert.Empty(run.Errors);
    }

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Shellcheck_finds_nothing(string script)
    {
        Needs.Program("shellcheck", "shellcheck");
        await using var run = Run.Start("shellcheck", Checkout.Repository, script);
        await run.ExitsWith(0);
    }

    /// <summary>A container is found under its host name, unless it was given another one.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("coordinator-1", false)]
    public async Task A_container_gives_its_host_name_to_the_others(string given, bool host)
    {
        using var folder = new FakePrograms();
        folder.Add("orchestrator", "echo \"$ORCHESTRATOR__PUBLIC_HOST|$*\"");
        await using var run = Run.Start(
            "env",
            folder.Root,
            folder.Path,
            $"ORCHESTRATOR__PUBLIC_HOST={given}",
            System.IO.Path.Combine(Checkout.Repository, "cluster", "node.sh"),
            "--config",
            "a file"
        );
        await run.ExitsWith(0);
        Assert.Equal($"{(host ? System.Net.Dns.GetHostName() : given)}|node start --config a file\n", run.Output);
    }
}
