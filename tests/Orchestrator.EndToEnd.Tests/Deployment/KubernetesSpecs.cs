using Orchestrator.Cluster.Settings;

namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary><c>cluster/kubernetes</c>, as far as it can be checked without a cluster.</summary>
public sealed class KubernetesSpecs
{
    static readonly string Folder = Path.Combine(Checkout.Repository, "cluster", "kubernetes");

    static readonly Yaml[] Objects =
    [
        .. Directory.EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories).Order().SelectMany(file => Yaml.Read(file)),
    ];

    static readonly (string Name, Yaml Workload)[] Workloads =
    [
        .. Objects
            .Where(found => found["kind"].Text is "StatefulSet" or "Deployment")
            .Select(found => (found["metadata"]["name"].Text, found["spec"])),
    ];

    [Fact]
    public void Every_file_of_a_kustomization_exists_and_every_manifest_is_part_of_one()
    {
        var listed = new HashSet<string>();
        foreach (var file in Directory.EnumerateFiles(Folder, "kustomization.yaml", SearchOption.AllDirectories))
        foreach (var resource in Assert.Single(Yaml.Read(file))["resources"].Items)
        {
            var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, resource.Text));
            Assert.True(Path.Exists(path), path);
            listed.Add(path);
        }

        Assert.All(
            Directory
                .EnumerateFiles(Folder, "*.yaml", SearchOption.AllDirectories)
                .Where(file => !file.EndsWith("kustomization.yaml", StringComparison.Ordinal)),
            file => Assert.Contains(file, listed)
        );
    }

    [Fact]
    public async Task Every_node_would_start_with_its_settings_and_is_probed_where_it_listens()
    {
        using var certificates = await Certificates.Make("node");
        Assert.Equal(["coordinator", "evaluator", "gpu-worker", "worker"], Workloads.Select(found => found.Name).Order());
        foreach (var (name, workload) in Workloads)
        {
            var container = Assert.Single(workload["template"]["spec"]["containers"].Items);
            var plan = Deployed.Plan(container["args"].Items.Select(item => item.Text), Environment(container, name + "-0"), certificates);
            Assert.Equal(
                name switch
                {
                    "coordinator" => NodeRole.Coordinator,
                    "evaluator" => NodeRole.Evaluator,
                    _ => NodeRole.Worker,
                },
                Assert.Single(plan.Roles)
            );
            Assert.Equal(name == "coordinator", plan.Journal is { IsShared: true });
            Assert.Equal(
                Deployed.Image(
                    name switch
                    {
                        "coordinator" => "coordinator",
                        "gpu-worker" => "cuda",
                        _ => "cpu",
                    }
                ),
                container["image"].Text
            );

            var ports = container["ports"].Items.ToDictionary(port => port["name"].Text, port => port["containerPort"].Number);
            Assert.Equal((plan.Network.Port, plan.HttpPort), (ports["cluster"], ports["http"]));
            Assert.Equal("0.0.0.0", plan.HttpHost);
            foreach (
                var (probe, path) in new[] { ("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz") }
            )
                Assert.Equal((path, "http"), (container[probe]["httpGet"]["path"].Text, container[probe]["httpGet"]["port"].Text));

            var mounts = container["volumeMounts"].Items.ToDictionary(mount => mount["name"].Text, mount => mount["mountPath"].Text);
            Assert.Equal(plan.Folder.Root, mounts["data"]);
            Assert.Equal(Deployed.CertificateFolder, mounts["certs"] + "/");
            Assert.Subset(
                mounts.Keys.ToHashSet(),
                workload["template"]["spec"]["volumes"].Items.Select(volume => volume["name"].Text).ToHashSet()
            );
        }
    }

    [Fact]
    public void Nodes_leave_in_their_own_time_and_run_as_nobody_special()
    {
        foreach (var (_, workload) in Workloads)
        {
            var pod = workload["template"]["spec"];
            Assert.True(pod["terminationGracePeriodSeconds"].Number >= 60);
            Assert.Equal("true", pod["securityContext"]["runAsNonRoot"].Text);
            Assert.Equal(Deployed.User, pod["securityContext"]["runAsUser"].Number);
            Assert.Equal(Deployed.User, pod["securityContext"]["fsGroup"].Number);
            Assert.Equal("false", Assert.Single(pod["containers"].Items)["securityContext"]["allowPrivilegeEscalation"].Text);
        }
    }

    [Fact]
    public void Seeds_are_the_three_coordinators_under_the_names_they_give_themselves()
    {
        var coordinators = Workloads.Single(found => found.Name == "coordinator").Workload;
        Assert.Equal(3, coordinators["replicas"].Number);
        var service = Objects.Single(found =>
            found["kind"].Text == "Service" && found["metadata"]["name"].Text == coordinators["serviceName"].Text
        )["spec"];
        Assert.Equal(("None", "true"), (service["clusterIP"].Text, service["publishNotReadyAddresses"].Text));
        var labels = coordinators["template"]["metadata"]["labels"].Pairs.ToDictionary(pair => pair.Key, pair => pair.Value.Text);
        Assert.All(service["selector"].Pairs, pair => Assert.Equal(pair.Value.Text, labels[pair.Key]));

        var container = Assert.Single(coordinators["template"]["spec"]["containers"].Items);
        var port = service["ports"].Items.Single(found => found["name"].Text == "cluster")["port"].Text;
        var names = Enumerable
            .Range(0, 3)
            .Select(ordinal => $"{Environment(container, $"coordinator-{ordinal}")[NodeSettingTable.PublicHost.Variable]}:{port}")
            .ToArray();
        Assert.All(names, name => Assert.Contains($".{coordinators["serviceName"].Text}:", name, StringComparison.Ordinal));
        foreach (var (name, workload) in Workloads)
            Assert.Equal(names, Deployed.Seeds(Environment(Assert.Single(workload["template"]["spec"]["containers"].Items), name)));
    }

    [Fact]
    public void Gpu_workers_ask_for_gpus_and_the_data_can_be_written_by_many()
    {
        foreach (var (name, workload) in Workloads)
            Assert.Equal(
                name == "gpu-worker",
                !Assert.Single(workload["template"]["spec"]["containers"].Items)["resources"]["limits"]["nvidia.com/gpu"].IsMissing
            );
        Assert.Equal(
            "ReadWriteMany",
            Assert.Single(Objects.Single(found => found["kind"].Text == "PersistentVolumeClaim")["spec"]["accessModes"].Items).Text
        );
        Assert.Equal(1, Objects.Single(found => found["kind"].Text == "PodDisruptionBudget")["spec"]["maxUnavailable"].Number);
    }

    /// <summary>As Kubernetes fills it in.</summary>
    static Dictionary<string, string> Environment(Yaml container, string pod)
    {
        var environment = new Dictionary<string, string>();
        foreach (var variable in container["env"].Items)
        {
            var from = variable["valueFrom"];
            environment[variable["name"].Text] = from["fieldRef"]["fieldPath"].Value switch
            {
                "metadata.name" => pod,
                "status.podIP" => "10.0.0.1",
                _ => from["secretKeyRef"].IsMissing
                    ? variable["value"].Text.Replace("$(POD_NAME)", environment.GetValueOrDefault("POD_NAME"), StringComparison.Ordinal)
                    : "Host=db;Password=secret",
            };
        }

        return environment;
    }
}
