using k8s;
using k8s.Models;

namespace Orchestrator.Deploy.Tests;

/// <summary><c>cluster/kubernetes</c> as <c>kubectl</c> would send it, read by Kubernetes' own model of its API and validated against its published
/// schemas.</summary>
[Collection(nameof(Containers))]
public sealed class ManifestSpecs(Engine engine)
{
    [Fact]
    public async Task The_base_is_a_coordinated_cluster_of_objects_that_kubernetes_knows()
    {
        var objects = await Rendered("base");
        var coordinators = Assert.Single(objects.OfType<V1StatefulSet>());
        var service = Assert.Single(objects.OfType<V1Service>());
        Assert.Equal(coordinators.Spec.ServiceName, service.Metadata.Name);
        Assert.Equal("None", service.Spec.ClusterIP);
        Assert.Equal(["evaluator", "worker"], objects.OfType<V1Deployment>().Select(found => found.Metadata.Name).Order());
        Assert.Single(objects.OfType<V1PersistentVolumeClaim>());
        Assert.Single(objects.OfType<V1PodDisruptionBudget>());
    }

    [Fact]
    public async Task The_gpu_overlay_is_the_base_with_workers_on_gpus_in_place_of_those_on_cores()
    {
        var workers = (await Rendered("gpu")).OfType<V1Deployment>().ToDictionary(found => found.Metadata.Name);
        Assert.Equal(["evaluator", "gpu-worker", "worker"], workers.Keys.Order());
        Assert.Equal(0, workers["worker"].Spec.Replicas);
        Assert.Equal(new ResourceQuantity("1"), Container(workers["gpu-worker"]).Resources.Limits["nvidia.com/gpu"]);
    }

    [Theory]
    [InlineData("base", 6)]
    [InlineData("gpu", 7)]
    public async Task Every_object_holds_to_the_published_schemas(string folder, int objects)
    {
        await using var run = await Validate(await Manifests.Text(engine, folder));
        await run.ExitsWith(0);
        Assert.Equal(objects, run.Output.TrimEnd('\n').Split('\n').Length);
    }

    [Theory]
    [InlineData("clusterIP: None", "clusterIP: [None]", "Service coordinators: ")]
    [InlineData("serviceName: coordinators", "serviceName: 3", "StatefulSet coordinator: ")]
    [InlineData("replicas: 1", "replicas: one", "Deployment evaluator: ")]
    [InlineData("mountPath: ", "path: ", "StatefulSet coordinator: ")]
    public async Task What_does_not_hold_to_them_is_refused(string right, string wrong, string refused)
    {
        var text = await Manifests.Text(engine, "base");
        Assert.Contains(right, text, StringComparison.Ordinal);
        await using var run = await Validate(text.Replace(right, wrong, StringComparison.Ordinal));
        await run.ExitsWith(1);
        Assert.Contains(refused, run.Errors, StringComparison.Ordinal);
    }

    static async Task<Run> Validate(string objects)
    {
        Needs.Program("npm", "npm");
        const string folder = "tests/deploy/kubernetes";
        await Engine.Succeed("npm", "ci", "--prefix", folder, "--silent", "--no-audit", "--no-fund");
        using var rendered = new TemporaryFolder();
        await File.WriteAllTextAsync(rendered.At("objects.yaml"), objects, TestContext.Current.CancellationToken);
        var run = Run.Start("node", Checkout.Repository, $"{folder}/validate.mjs", rendered.At("objects.yaml"));
        await run.Exit();
        return run;
    }

    async Task<List<IKubernetesObject<V1ObjectMeta>>> Rendered(string folder)
    {
        var objects = await Manifests.Read(engine, folder);
        Assert.All(objects, found => Assert.Equal("orchestrator", found.Metadata.NamespaceProperty));
        return objects;
    }

    static V1Container Container(V1Deployment deployment) => Assert.Single(deployment.Spec.Template.Spec.Containers);
}
