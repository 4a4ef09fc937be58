using System.Text.RegularExpressions;
using Orchestrator.Cluster.Settings;

namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary><c>docker-compose.yml</c>, as far as it can be checked without a container engine; <c>tests/Orchestrator.Deploy.Tests</c> brings it up.</summary>
public sealed partial class ComposeSpecs
{
    static readonly Yaml File = Assert.Single(Yaml.Read("docker-compose.yml"));

    static readonly Dictionary<string, Yaml> Services = File["services"].Pairs.ToDictionary(pair => pair.Key, pair => pair.Value);

    static IEnumerable<(string Name, Yaml Service)> Nodes =>
        Services
            .Where(pair => Image(pair.Value).StartsWith("orchestrator:", StringComparison.Ordinal))
            .Select(pair => (pair.Key, pair.Value));

    [Fact]
    public void Every_image_is_pinned_and_ours_have_the_version_of_this_checkout()
    {
        Assert.All(Services.Values, service => Deployed.IsPinned(Image(service)));
        foreach (var (name, node) in Nodes)
        {
            var target = node["build"]["target"].Text;
            Assert.Equal(Deployed.Image(target), Image(node));
            Assert.Equal(
                name switch
                {
                    "gpu-worker" => "cuda",
                    _ => name.StartsWith("coordinator", StringComparison.Ordinal) ? "coordinator" : "cpu",
                },
                target
            );
            Assert.True(System.IO.File.Exists(Path.Combine(Checkout.Repository, node["build"]["dockerfile"].Text)));
        }
    }

    [Fact]
    public async Task Every_node_would_start_with_its_settings()
    {
        using var certificates = await Certificates.Make("node");
        foreach (var (name, node) in Nodes)
        {
            var plan = Deployed.Plan(node["command"].Items.Select(item => item.Text), Environment(name, node), certificates);
            var expected =
                name.StartsWith("coordinator", StringComparison.Ordinal) ? NodeRole.Coordinator
                : name == "evaluator" ? NodeRole.Evaluator
                : NodeRole.Worker;
            Assert.Equal([expected], plan.Roles);
            Assert.Equal(expected == NodeRole.Coordinator ? 3 : 1, plan.Coordinators);
            Assert.Equal(expected == NodeRole.Coordinator, plan.Journal is { IsShared: true });

            var mounts = Mounts(node).ToDictionary(mount => mount.Inside, mount => mount.Outside);
            Assert.Equal("data", mounts[plan.Folder.Root]);
            foreach (var file in new[] { "authority.pem", "node.pem", "node.key" })
                Assert.Equal($"./cluster/certs/{file}", mounts[Deployed.CertificateFolder + file]);

            var probe = node["healthcheck"]["test"].Items.Select(item => item.Text).ToArray();
            Assert.Equal($"http://127.0.0.1:{plan.HttpPort}/readyz", probe[^1]);
            Assert.True(Seconds(node["stop_grace_period"].Text) >= 60);
            Assert.Equal("unless-stopped", node["restart"].Text);
        }
    }

    [Fact]
    public async Task Seeds_are_the_three_coordinators_under_the_names_they_give_themselves()
    {
        using var certificates = await Certificates.Make("node");
        foreach (var (name, node) in Nodes)
        {
            var seeds = Deployed.Seeds(Environment(name, node));
            Assert.Equal(3, seeds.Length);
            foreach (var seed in seeds)
            {
                var coordinator = Services[seed.Split(':')[0]];
                var environment = Environment(seed.Split(':')[0], coordinator);
                var plan = Deployed.Plan(coordinator["command"].Items.Select(item => item.Text), environment, certificates);
                Assert.Equal(seed, $"{plan.Network.PublicHost}:{plan.Network.Port}");
            }
        }
    }

    [Fact]
    public void Workers_come_with_gpus_in_the_profile_gpu_and_without_them_else()
    {
        Assert.Equal(["gpu"], Services["gpu-worker"]["profiles"].Items.Select(item => item.Text));
        var device = Assert.Single(Services["gpu-worker"]["deploy"]["resources"]["reservations"]["devices"].Items);
        Assert.Equal("nvidia", device["driver"].Text);
        Assert.Contains("gpu", device["capabilities"].Items.Select(item => item.Text));
        Assert.All(
            Services.Where(service => service.Key != "gpu-worker"),
            service => Assert.True(service.Value["profiles"].IsMissing && service.Value["deploy"].IsMissing)
        );
    }

    [Fact]
    public void Every_mounted_path_is_in_the_repository_or_made_by_the_certificate_script_and_every_volume_is_declared()
    {
        var volumes = File["volumes"].Pairs.Select(pair => pair.Key).ToHashSet();
        var used = new HashSet<string>();
        foreach (var (outside, _) in Services.Values.SelectMany(Mounts))
        {
            if (!outside.StartsWith("./", StringComparison.Ordinal))
                Assert.Contains(outside, volumes);
            else if (!outside.StartsWith("./cluster/certs/", StringComparison.Ordinal))
                Assert.True(Path.Exists(Path.Combine(Checkout.Repository, outside)), outside);
            used.Add(outside);
        }

        Assert.Subset(used, volumes);
    }

    [Fact]
    public void Passwords_come_from_outside_and_nothing_listens_beyond_this_machine()
    {
        var text = System.IO.File.ReadAllText(Path.Combine(Checkout.Repository, "docker-compose.yml"));
        foreach (
            var line in text.Split('\n')
                .Where(line => line.Contains("PASSWORD:", StringComparison.Ordinal) || line.Contains("Password=", StringComparison.Ordinal))
        )
            Assert.Matches(Required(), line);
        Assert.All(
            Services.Values.SelectMany(service => service["ports"].Items),
            port => Assert.StartsWith("127.0.0.1:", port.Text, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void What_a_service_waits_for_exists_and_has_a_health_check()
    {
        foreach (var (on, condition) in Services.Values.SelectMany(service => service["depends_on"].Pairs))
        {
            Assert.Equal("service_healthy", condition["condition"].Text);
            Assert.False(Services[on]["healthcheck"].IsMissing);
        }

        Assert.All(Services.Values.SelectMany(service => service["depends_on"].Items), on => Assert.Contains(on.Text, Services.Keys));
    }

    [Fact]
    public void Prometheus_asks_every_coordinator_for_the_nodes_and_sends_alerts_to_the_alertmanager_and_grafana_asks_prometheus()
    {
        var prometheus = Assert.Single(Yaml.Read("monitoring/prometheus/prometheus.yml"));
        var scrape = prometheus["scrape_configs"].Items.Single(job => job["job_name"].Text == "orchestrator");
        Assert.Equal(
            Nodes
                .Select(node => node.Name)
                .Where(name => name.StartsWith("coordinator", StringComparison.Ordinal))
                .Select(name => $"http://{name}:8080/sd/prometheus")
                .Order(),
            scrape["http_sd_configs"].Items.Select(item => item["url"].Text).Order()
        );
        var alerts = Assert
            .Single(Assert.Single(prometheus["alerting"]["alertmanagers"].Items)["static_configs"].Items)["targets"]
            .Items.Single()
            .Text.Split(':');
        Assert.Contains($":{alerts[1]}", Services[alerts[0]]["ports"].Items.Single().Text, StringComparison.Ordinal);

        var source = Assert.Single(
            Assert.Single(Yaml.Read("monitoring/grafana/provisioning/datasources/prometheus.yml"))["datasources"].Items
        );
        var url = new Uri(source["url"].Text);
        Assert.Contains($":{url.Port}", Services[url.Host]["ports"].Items.Single().Text, StringComparison.Ordinal);
        Assert.Equal(prometheus["global"]["scrape_interval"].Text, source["jsonData"]["timeInterval"].Text);

        var dashboards = Assert.Single(
            Assert.Single(Yaml.Read("monitoring/grafana/provisioning/dashboards/orchestrator.yml"))["providers"].Items
        );
        Assert.Contains(
            Mounts(Services["grafana"]),
            mount => mount == ("./monitoring/grafana/dashboards", dashboards["options"]["path"].Text)
        );
        Assert.Contains(Mounts(Services["prometheus"]), mount => mount == ("./monitoring/prometheus", "/etc/prometheus"));
    }

    [Fact]
    public void With_the_file_for_https_every_coordinator_has_its_certificate_is_asked_for_its_health_and_scraped_over_it()
    {
        var services = Assert
            .Single(Yaml.Read("docker-compose.https.yml"))["services"]
            .Pairs.ToDictionary(pair => pair.Key, pair => pair.Value);
        foreach (var (name, _) in Nodes.Where(node => node.Name.StartsWith("coordinator", StringComparison.Ordinal)))
        {
            var paths = services[name]["environment"].Pairs.ToDictionary(pair => pair.Key, pair => pair.Value.Text);
            Assert.Equal(
                [NodeSettingTable.HttpTlsCertificate.Variable, NodeSettingTable.HttpTlsKey.Variable],
                paths.Keys.Order(StringComparer.Ordinal)
            );
            Assert.Equal(paths.Values.Order(), Mounts(services[name]).Select(mount => mount.Inside).Order());
            Assert.Equal("https://127.0.0.1:8080/readyz", services[name]["healthcheck"]["test"].Items.Last().Text);
            Assert.EndsWith(":8080", Assert.Single(services[name]["ports"].Items).Text, StringComparison.Ordinal);
        }

        Assert.Contains(
            "--config.file=/etc/prometheus/prometheus.https.yml",
            services["prometheus"]["command"].Items.Select(item => item.Text)
        );
        var folder = Checkout.File("monitoring/prometheus/");
        Assert.Equal(
            System.IO.File.ReadLines(folder + "prometheus.yml").Skip(1),
            System
                .IO.File.ReadLines(folder + "prometheus.https.yml")
                .Skip(1)
                .Where(line => !line.Contains("tls_config", StringComparison.Ordinal))
                .Select(line => line.Replace("https://", "http://", StringComparison.Ordinal))
        );
    }

    static string Image(Yaml service) => service["image"].Text;

    static Dictionary<string, string> Environment(string name, Yaml node)
    {
        var environment = node["environment"].Pairs.ToDictionary(pair => pair.Key, pair => Variable().Replace(pair.Value.Text, "secret"));
        environment.TryAdd(NodeSettingTable.PublicHost.Variable, name); // cluster/node.sh does the same
        return environment;
    }

    static IEnumerable<(string Outside, string Inside)> Mounts(Yaml service) =>
        service["volumes"].Items.Select(item => item.Text.Split(':')).Select(parts => (parts[0], parts[1]));

    static int Seconds(string text) => int.Parse(text.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\$\{[A-Z_]+:\?[^}]*\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(PASSWORD: |Password=)\$\{[A-Z_]+:\?[^}]+\}$")]
    private static partial Regex Required();
}
