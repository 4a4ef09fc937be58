using k8s;
using k8s.Models;

namespace Orchestrator.Deploy.Tests;

/// <summary><c>cluster/kubernetes</c> as <c>kubectl</c> would send it.</summary>
static class Manifests
{
    /// <param name="folder">Of the kustomization: <c>base</c> or <c>gpu</c>.</param>
    public static async Task<string> Text(Engine engine, string folder)
    {
        await engine.Start();
        return await Engine.Succeed(engine.Tool("kubectl", "kustomize", $"cluster/kubernetes/{folder}"));
    }

    /// <summary>Read by Kubernetes' own model of its API: an unknown key, a number where text belongs, a list where an object does: each is
    /// refused.</summary>
    public static async Task<List<IKubernetesObject<V1ObjectMeta>>> Read(Engine engine, string folder) =>
        [.. KubernetesYaml.LoadAllFromString(await Text(engine, folder), strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()];
}
