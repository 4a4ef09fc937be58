using System.Globalization;
using k8s;
using k8s.Models;

namespace Orchestrator.Deploy.Tests;

/// <summary>The pods that Kubernetes would make of the base's workloads, for <c>tests/deploy/kubernetes.sh</c> to have podman play them. What
/// Kubernetes fills in is filled in: names, addresses, the journal's secret, and the names of the headless service, which stand in each
/// pod's hosts file. What podman does not read is left out: probes, which the script asks in its place, and affinities.</summary>
static class Pods
{
    const string Subnet = "10.89.77.";
    const string Database = Subnet + "2";

    /// <param name="certificates">Folder of <c>authority.pem</c>, <c>node.pem</c> and <c>node.key</c>.</param>
    public static async Task Write(IReadOnlyCollection<IKubernetesObject<V1ObjectMeta>> objects, string certificates, string folder)
    {
        var pods = objects.SelectMany(Of).ToList();
        var addresses = pods.Select((pod, index) => (pod, index))
            .ToDictionary(one => one.pod.Metadata.Name, one => string.Create(CultureInfo.InvariantCulture, $"{Subnet}{one.index + 10}"));
        var service = objects.OfType<V1Service>().Single().Metadata.Name;
        var hosts = pods.Where(pod => pod.Spec.Subdomain == service)
            .Select(pod => new V1HostAlias { Ip = addresses[pod.Metadata.Name], Hostnames = [$"{pod.Metadata.Name}.{service}"] })
            .ToList();
        var table = new List<string>();
        foreach (var pod in pods)
        {
            var address = addresses[pod.Metadata.Name];
            var container = pod.Spec.Containers.Single();
            table.Add(
                $"{pod.Metadata.Name} {address} {container.Name} {Url(container, container.LivenessProbe, address)} "
                    + string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Url(container, container.ReadinessProbe, address)} {pod.Spec.TerminationGracePeriodSeconds}"
                    )
            );
            (container.StartupProbe, container.LivenessProbe, container.ReadinessProbe) = (null, null, null);
            // They would be ports of the machine.
            container.Ports = null;
            container.Env = [.. Filled(container.Env, pod.Metadata.Name, address)];
            (pod.Spec.Affinity, pod.Spec.HostAliases) = (null, hosts);
            // Where it is left out, podman 4.3 ends without a word.
            foreach (var secret in pod.Spec.Volumes.Select(volume => volume.Secret).OfType<V1SecretVolumeSource>())
                secret.Optional = false;
            await Save(folder, $"{pod.Metadata.Name}.yaml", KubernetesYaml.Serialize(pod));
        }

        // As podman 4.3 reads secrets of files: not encoded.
        var files = new Dictionary<string, string>();
        foreach (var name in (string[])["authority.pem", "node.pem", "node.key"])
            files[name] = await File.ReadAllTextAsync(Path.Combine(certificates, name));
        await Save(folder, "orchestrator-tls.yaml", KubernetesYaml.Serialize(new Dictionary<string, object> { ["data"] = files }));
        await Save(folder, "objects.yaml", KubernetesYaml.SerializeAll(objects.OfType<V1PersistentVolumeClaim>()));
        await Save(folder, "pods", string.Join('\n', table) + "\n");
        await Save(folder, "images", string.Join('\n', pods.Select(pod => pod.Spec.Containers[0].Image).Distinct()) + "\npostgres:16.9\n");
        await Save(folder, "subnet", $"{Subnet}0/24");
        await Save(folder, "database", Database);
    }

    static IEnumerable<V1Pod> Of(IKubernetesObject<V1ObjectMeta> found) =>
        found switch
        {
            V1StatefulSet set => Of(set.Metadata.Name, set.Spec.Replicas, set.Spec.Template, set.Spec.ServiceName),
            V1Deployment deployment => Of(deployment.Metadata.Name, deployment.Spec.Replicas, deployment.Spec.Template, null),
            _ => [],
        };

    static IEnumerable<V1Pod> Of(string name, int? replicas, V1PodTemplateSpec template, string? service)
    {
        for (var ordinal = 0; ordinal < replicas; ordinal++)
        {
            // Each has its own.
            var spec = KubernetesYaml.Deserialize<V1PodSpec>(KubernetesYaml.Serialize(template.Spec));
            spec.Subdomain = service;
            yield return new V1Pod
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Metadata = new()
                {
                    Name = string.Create(CultureInfo.InvariantCulture, $"{name}-{ordinal}"),
                    Labels = template.Metadata.Labels,
                },
                Spec = spec,
            };
        }
    }

    static IEnumerable<V1EnvVar> Filled(IEnumerable<V1EnvVar> variables, string pod, string address)
    {
        var values = new Dictionary<string, string>();
        foreach (var variable in variables)
        {
            var value = variable.ValueFrom?.FieldRef?.FieldPath switch
            {
                "metadata.name" => pod,
                "status.podIP" => address,
                _ when variable.ValueFrom?.SecretKeyRef is { Name: "orchestrator-journal" } =>
                    $"Host={Database};Database=orchestrator;Username=orchestrator;Password=secret",
                _ => values.Aggregate(
                    (string?)variable.Value,
                    (text, one) => text?.Replace($"$({one.Key})", one.Value, StringComparison.Ordinal)
                ),
            };
            if (value is not null)
                values[variable.Name] = value;
            yield return value is null ? variable : new V1EnvVar { Name = variable.Name, Value = value };
        }
    }

    static string Url(V1Container container, V1Probe probe, string address)
    {
        var port = container.Ports.Single(port => port.Name == probe.HttpGet.Port.Value).ContainerPort;
        return string.Create(CultureInfo.InvariantCulture, $"http://{address}:{port}{probe.HttpGet.Path}");
    }

    static Task Save(string folder, string name, string text) => File.WriteAllTextAsync(Path.Combine(folder, name), text);
}
