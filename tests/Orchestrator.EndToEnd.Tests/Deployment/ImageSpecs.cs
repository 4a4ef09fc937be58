using System.Text.RegularExpressions;

namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary><c>cluster/Dockerfile</c>, as far as it can be checked without a container engine; <c>tests/Orchestrator.Deploy.Tests</c> builds and runs it.</summary>
public sealed partial class ImageSpecs
{
    static readonly string[] Lines = File.ReadAllLines(Path.Combine(Checkout.Repository, "cluster", "Dockerfile"));

    static readonly string[] Ignored = File.ReadAllLines(Path.Combine(Checkout.Repository, ".dockerignore"));

    [Fact]
    public void Every_image_it_starts_from_is_pinned_or_a_stage_of_its_own()
    {
        var stages = new HashSet<string>();
        foreach (var (image, stage) in Stages())
        {
            if (!stages.Contains(image))
                Deployed.IsPinned(image);
            stages.Add(stage);
        }

        Assert.Superset(new HashSet<string> { "coordinator", "cpu", "cuda" }, stages);
        Assert.All(
            Lines.Select(line => From().Match(line)).Where(match => match.Success),
            match => Assert.Contains(match.Groups[1].Value, stages)
        );
    }

    [Fact]
    public void Every_copied_path_is_in_the_repository_and_in_what_the_builder_is_sent()
    {
        foreach (
            var path in Lines
                .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal))
                .SelectMany(line => line.Split(' ')[1..^1])
                .Where(word => !word.StartsWith("--", StringComparison.Ordinal))
        )
        {
            Assert.True(Path.Exists(Path.Combine(Checkout.Repository, path)), path);
            Assert.Contains(Ignored, line => line == "!" + path || (line == "!cluster/*.conf" && Path.GetExtension(path) == ".conf"));
        }
    }

    /// <summary>The builder is sent nothing else: a project that took a file from elsewhere would build here and not there.</summary>
    [Fact]
    public void The_sources_need_nothing_that_is_not_copied()
    {
        foreach (var project in Directory.EnumerateFiles(Path.Combine(Checkout.Repository, "src"), "*.csproj", SearchOption.AllDirectories))
        foreach (Match match in Outside().Matches(File.ReadAllText(project)))
        {
            var path = Path.GetRelativePath(
                Checkout.Repository,
                Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, match.Groups[1].Value))
            );
            Assert.Matches("^(src|build)/", path);
        }
    }

    [Theory]
    [InlineData("coordinator", "none")]
    [InlineData("cpu", "cpu")]
    [InlineData("cuda", "cuda")]
    public void Every_target_runs_its_backend_as_nobody_special_and_can_be_asked_for_its_health(string target, string backend)
    {
        var stage = Stage(target);
        Assert.Contains($"COPY --from=build-{target} /app /app", stage);
        Assert.Contains($"-p:TorchBackend={backend} ", string.Join('\n', Stage($"build-{target}")), StringComparison.Ordinal);
        if (Stages().Single(found => found.Name == target).Image == "node")
            stage = Stage("node");
        Assert.Contains($"USER {Deployed.User}:{Deployed.User}", stage);
        Assert.Contains($"RUN install -d -o {Deployed.User} -g {Deployed.User} /var/lib/orchestrator", stage);
        var plan = Deployed.SettingsFile("/etc/orchestrator/coordinator.conf");
        var http = plan[Cluster.Settings.NodeSettingTable.HttpPort].Values.Single();
        var port = plan[Cluster.Settings.NodeSettingTable.Port].Values.Single();
        Assert.Contains($"EXPOSE {port} {http}", stage);
        Assert.Contains(
            stage,
            line =>
                line.StartsWith("HEALTHCHECK", StringComparison.Ordinal)
                && line.EndsWith($"CMD busybox wget -qO /dev/null http://127.0.0.1:{http}/healthz", StringComparison.Ordinal)
        );
        Assert.Contains(
            stage,
            line => line.StartsWith("RUN apt-get", StringComparison.Ordinal) && line.Contains(" busybox-static ", StringComparison.Ordinal)
        );
        Assert.Contains("ENTRYPOINT [\"orchestrator-node\"]", stage);
    }

    static IEnumerable<(string Image, string Name)> Stages() =>
        Lines
            .Select(line => Start().Match(line))
            .Where(match => match.Success)
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    static List<string> Stage(string name) =>
        [
            .. Lines
                .SkipWhile(line => !line.EndsWith($" AS {name}", StringComparison.Ordinal))
                .Skip(1)
                .TakeWhile(line => !line.StartsWith("FROM ", StringComparison.Ordinal)),
        ];

    [GeneratedRegex("^FROM (.*) AS (.*)$")]
    private static partial Regex Start();

    [GeneratedRegex("--from=([^ ]*)")]
    private static partial Regex From();

    [GeneratedRegex("(?:Include|Project)=\"(\\.\\./[^\"$]*)\"")]
    private static partial Regex Outside();
}
