namespace Orchestrator.Deploy.Tests;

/// <summary>A container that coordinates, trains and evaluates, from a read-only root file system.</summary>
sealed class Node : IAsyncDisposable
{
    const string Data = "/var/lib/orchestrator";
    readonly Engine _engine;
    readonly string _image;
    readonly TemporaryFolder _folder = new();

    Node(Engine engine, string image) => (_engine, _image) = (engine, image);

    public string Name => "deploy-node";

    public static async Task<Node> Start(Engine engine, string image)
    {
        var node = new Node(engine, image);
        await Engine.Succeed(Checkout.File("cluster/certs.sh"), "--owner", "1654", node._folder.At("certs"), "node");
        await Engine.Succeed("chmod", "755", node._folder.Path);
        await engine.Docker("network", "create", node.Name);
        await engine.Docker([
            .. (string[])["run", "--detach", "--name", node.Name, "--hostname", node.Name, "--network", node.Name, "--read-only"],
            .. (string[])["--volume", $"{node.Name}:{Data}", "--volume", $"{node._folder.At("certs")}:/etc/orchestrator/certs:ro"],
            .. (string[])["--volume", $"{node._folder.Path}:/test:ro", image],
            .. (string[])["--config", "/etc/orchestrator/coordinator.conf", "--coordinators", "1"],
            .. (string[])["--role", "coordinator", "--role", "worker", "--role", "evaluator"],
            .. (string[])["--seed", $"{node.Name}:4053", "--seed", "another:4053"],
        ]);
        return node;
    }

    public async Task Submit(string sweep)
    {
        await File.WriteAllTextAsync(_folder.At("sweep.yaml"), sweep, TestContext.Current.CancellationToken);
        var token = await _engine.Docker("exec", Name, "orchestrator", "token", "create", "--role", "operator", "--data-dir", Data);
        await _engine.Docker([
            .. (string[])["exec", "--env", $"ORCHESTRATOR_TOKEN={token}", Name, "orchestrator", "sweep", "submit"],
            .. (string[])["/test/sweep.yaml", "--server", "http://127.0.0.1:8080"],
        ]);
    }

    public async Task<Sweep.Progress> Show() => Sweep.Read(await _engine.Docker(["exec", Name, .. Looking]));

    /// <summary>Until the sweep has ended.</summary>
    public Task Watch() => _engine.Docker("exec", Name, "orchestrator", "sweep", "watch", "small", "--data-dir", Data);

    public async Task<Sweep.Progress> ShowStopped() =>
        Sweep.Read(
            await _engine.Docker(["run", "--rm", "--network", "none", "--volumes-from", Name, "--entrypoint", "env", _image, .. Looking])
        );

    public string Log() => Engine.Succeed(_engine.Plain("logs", Name)).GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        await Engine.Succeed(_engine.Plain("rm", "--force", "--volumes", Name));
        await _engine.Docker("volume", "rm", Name);
        await _engine.Docker("network", "rm", Name);
        _folder.Dispose();
    }

    static string[] Looking => ["orchestrator", "sweep", "show", "small", "--json", "--data-dir", Data];
}
