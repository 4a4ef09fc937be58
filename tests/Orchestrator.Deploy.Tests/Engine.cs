namespace Orchestrator.Deploy.Tests;

/// <summary>A Docker engine of the tests' own (<c>tests/deploy/engine.sh</c>), with stand-ins for the images that no registry is asked for
/// (<c>tests/deploy/stand-ins.sh</c>), and Docker's own tools in one of them.</summary>
public sealed class Engine : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);
    readonly SemaphoreSlim _starting = new(1);
    readonly HashSet<string> _built = [];
    string? _address;

    /// <summary>Of its socket, once it is started.</summary>
    public string Address => _address!;

    /// <summary>The command line that runs one of Docker's tools on this engine, with the checkout at its own path.</summary>
    /// <param name="command">For example <c>docker</c>, <c>compose</c>, <c>ps</c>; or <c>kubectl</c>.</param>
    public string[] Tool(params string[] command) => Tool([], command);

    /// <param name="options">Of the container the tool runs in.</param>
    public string[] Tool(string[] options, string[] command) =>
        [
            .. Plain("run", "--rm", "--interactive", "--network", "none", "--env", "DOCKER_HOST=unix:///engine.sock"),
            .. (string[])["--volume", $"{_address!["unix://".Length..]}:/engine.sock"],
            .. (string[])["--volume", $"{Checkout.Repository}:{Checkout.Repository}:ro", "--workdir", Checkout.Repository],
            .. options,
            "stand-in/tools:13",
            .. command,
        ];

    /// <summary>The command line of this machine's own <c>docker</c>.</summary>
    public string[] Plain(params string[] arguments) => ["env", $"DOCKER_HOST={_address}", "docker", .. arguments];

    /// <returns>What <c>docker</c> printed; it has to succeed.</returns>
    public Task<string> Docker(params string[] arguments) => Succeed(Plain(arguments));

    /// <returns>What the command printed; it has to succeed.</returns>
    public static async Task<string> Succeed(params string[] command)
    {
        await using var run = Run.Start(command[0], Checkout.Repository, command[1..]);
        await run.ExitsWith(0, Patience);
        return run.Output.TrimEnd('\n');
    }

    /// <summary>Builds a target of the Dockerfile; what has not changed since the last time is not built again.</summary>
    /// <returns>The image's name, which is the one that the compose file uses.</returns>
    public async Task<string> Image(string target)
    {
        var image = "orchestrator:0.1.0" + (target == "cpu" ? "" : "-" + target);
        if (_built.Add(target))
            await Succeed(
                Tool([
                    .. (string[])["docker", "build", "--quiet", "--network", "host", "--file", "cluster/Dockerfile"],
                    .. (string[])["--target", target, "--tag", image, "."],
                ])
            );
        return image;
    }

    /// <summary>Starts it, once; what no test needs is not started.</summary>
    public async Task Start()
    {
        Needs.Require(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root may start an engine of containers");
        Needs.Program("dockerd", "docker.io");
        Needs.Program("docker", "docker.io");
        Needs.Program("mmdebstrap", "mmdebstrap");
        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (_address is not null)
                return;
            var address = await Succeed(Script("engine.sh"), "start");
            await Succeed("env", $"DOCKER_HOST={address}", Script("stand-ins.sh"));
            _address = address;
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_address is null)
            return;
        await using var stop = Run.Start(Script("engine.sh"), Checkout.Repository, "stop");
        await stop.Exit();
    }

    static string Script(string name) => Checkout.File($"tests/deploy/{name}");
}

/// <summary>Tests that share the engine, one after the other.</summary>
[CollectionDefinition(nameof(Containers), DisableParallelization = true)]
public sealed class Containers : ICollectionFixture<Engine>;
