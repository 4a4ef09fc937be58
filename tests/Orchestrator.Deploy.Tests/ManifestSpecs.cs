using k8s;
using k8s.Models;

namespace Orchestrator.Deploy.Tests;

/// <summary><c>cluster/kubernetes</c> as <c>kubectl</c> would send it, read by Kubernetes' own model of its API.</summary>
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

    /// <summary>An unknown key, a number where text belongs, a list where an object does: each is refused.</summary>
    async Task<List<IKubernetesObject<V1ObjectMeta>>> Rendered(string folder)
    {
        await engine.Start();
        var text = await Engine.Succeed(engine.Tool("kubectl", "kustomize", $"cluster/kubernetes/{folder}"));
        var objects = KubernetesYaml.LoadAllFromString(text, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>().ToList();
        Assert.All(objects, found => Assert.Equal("orchestrator", found.Metadata.NamespaceProperty));
        return objects;
    }

    static V1Container Container(V1Deployment deployment) => Assert.Single(deployment.Spec.Template.Spec.Containers);
}
