namespace Orchestrator.Deploy.Tests;

/// <summary>The pods of <c>cluster/kubernetes/base</c>, played by podman.</summary>
[Collection(nameof(Containers))]
public sealed class PodSpecs(Engine engine)
{
    [Fact]
    public async Task A_sweep_ends_on_the_pods_of_the_base_though_one_of_them_leaves()
    {
        Needs.Program("podman", "podman");
        Needs.Program("runc", "runc");
        await engine.Start();
        await engine.Image("coordinator");
        await engine.Image("cpu");
        using var folder = new TemporaryFolder();
        await Engine.Succeed(Checkout.File("cluster/certs.sh"), folder.At("certs"), "node");
        await Pods.Write(await Manifests.Read(engine, "base"), folder.At("certs"), folder.Path);
        await File.WriteAllTextAsync(folder.At("sweep.yaml"), Sweep.Yaml(trials: 4, epochs: 300), TestContext.Current.CancellationToken);
        await ScriptedRun.Passes("Kubernetes, pods", "kubernetes.sh", folder.Path, engine.Address);
    }
}
