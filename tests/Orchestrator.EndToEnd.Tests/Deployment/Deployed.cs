using System.Text.RegularExpressions;
using Orchestrator.Cluster.Settings;

namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary>A node as a deployment starts it, its settings read as the program reads them.</summary>
static partial class Deployed
{
    /// <summary>Where the image has the settings files.</summary>
    public const string Settings = "/etc/orchestrator/";

    public const string CertificateFolder = "/etc/orchestrator/certs/";

    public const int User = 1654;

    /// <param name="arguments">Of <c>node start</c>.</param>
    /// <exception cref="Orchestrator.Cluster.NodeSettingException">The node would refuse to start.</exception>
    public static NodeSettings Plan(
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>> environment,
        Certificates certificates
    )
    {
        Assert.Equal("--config", arguments.First());
        var layers = SettingsFile(arguments.Skip(1).Single()).WithEnvironment(environment);
        foreach (var setting in new[] { NodeSettingTable.TlsAuthority, NodeSettingTable.TlsCertificate, NodeSettingTable.TlsKey })
        {
            var path = Assert.Single(layers[setting].Values);
            Assert.StartsWith(CertificateFolder, path, StringComparison.Ordinal);
            layers.WithFlag(setting, [certificates.File(path[CertificateFolder.Length..])]);
        }

        return NodeSettings.From(layers, TimeProvider.System);
    }

    public static LayeredSettings SettingsFile(string path)
    {
        Assert.StartsWith(Settings, path, StringComparison.Ordinal);
        var file = Path.Combine(Checkout.Repository, "cluster", path[Settings.Length..]);
        return new LayeredSettings().WithFile(file, File.ReadAllText(file));
    }

    public static string[] Seeds(IEnumerable<KeyValuePair<string, string>> environment) =>
        [.. new LayeredSettings().WithEnvironment(environment)[NodeSettingTable.Seed].Values];

    /// <summary>An image with a version of its own: never <c>latest</c>, never nothing.</summary>
    public static void IsPinned(string image) => Assert.Matches(Pinned(), image);

    /// <summary>The image of a target of <c>cluster/Dockerfile</c>.</summary>
    public static string Image(string target) => $"orchestrator:{Version}{(target == "cpu" ? "" : "-" + target)}";

    /// <summary>The version that this checkout builds.</summary>
    public static string Version { get; } =
        VersionPrefix().Match(File.ReadAllText(Path.Combine(Checkout.Repository, "Directory.Build.props"))).Groups[1].Value;

    [GeneratedRegex(@"^[a-z0-9./-]+:v?[0-9]+(\.[0-9]+)+[a-z0-9.-]*$")]
    private static partial Regex Pinned();

    [GeneratedRegex("<VersionPrefix>(.*)</VersionPrefix>")]
    private static partial Regex VersionPrefix();
}
