using System.Security.Cryptography.X509Certificates;
using Orchestrator.Cluster;
using Orchestrator.Cluster.Certificates;

namespace Orchestrator.EndToEnd.Tests.Deployment;

public sealed class CertificateScriptSpecs
{
    [Fact]
    public async Task Its_certificates_are_accepted_by_nodes_of_the_same_authority_and_by_no_others()
    {
        using var ours = await Certificates.Make("node-1", "node-2");
        using var theirs = await Certificates.Make("node-1");
        var node = Load(ours, "node-1");
        using var other = X509CertificateLoader.LoadCertificateFromFile(ours.File("node-2.pem"));
        using var stranger = X509CertificateLoader.LoadCertificateFromFile(theirs.File("node-1.pem"));
        var now = TimeProvider.System.GetUtcNow();
        Assert.Null(node.Refusal(other, now));
        Assert.NotNull(node.Refusal(stranger, now));
        Assert.Throws<NodeSettingException>(() =>
            NodeCertificate.Load(theirs.Authority, ours.File("node-1.pem"), ours.File("node-1.key"), TimeProvider.System)
        );

        var usages = other.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages;
        Assert.Equal(
            ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"],
            usages.Cast<System.Security.Cryptography.Oid>().Select(usage => usage.Value)
        );
    }

    [Fact]
    public async Task An_existing_authority_is_used_again_and_keys_are_their_owners_alone()
    {
        using var made = await Certificates.Make("first");
        var authority = await File.ReadAllTextAsync(made.Authority, TestContext.Current.CancellationToken);
        await using (var more = made.Script("--days", "30", "--san", "DNS:second.example,IP:10.0.0.7", made.Folder, "second"))
            await more.ExitsWith(0);

        Assert.Equal(authority, await File.ReadAllTextAsync(made.Authority, TestContext.Current.CancellationToken));
        Load(made, "first");
        Load(made, "second");
        using var second = X509CertificateLoader.LoadCertificateFromFile(made.File("second.pem"));
        Assert.InRange((second.NotAfter - second.NotBefore).TotalDays, 29, 31);
        var names = second.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(["second", "second.example"], names.EnumerateDnsNames());
        Assert.Equal("10.0.0.7", Assert.Single(names.EnumerateIPAddresses()).ToString());
        await using var modes = Run.Start("stat", made.Folder, "-c", "%a", "authority.key", "first.key", "second.key");
        await modes.ExitsWith(0);
        Assert.Equal("600\n600\n600\n", modes.Output);
        Assert.Equal(
            ["authority.key", "authority.pem", "first.key", "first.pem", "second.key", "second.pem"],
            Directory.EnumerateFileSystemEntries(made.Folder).Select(Path.GetFileName).Order()
        );
    }

    [Fact]
    public async Task Nothing_is_overwritten_and_nothing_left_half_done()
    {
        using var made = await Certificates.Make("first");
        var before = await File.ReadAllTextAsync(made.File("first.pem"), TestContext.Current.CancellationToken);
        await using (var again = made.Script(made.Folder, "second", "first"))
        {
            await again.ExitsWith(2);
            Assert.Contains("first.pem is there already", again.Errors, StringComparison.Ordinal);
        }

        Assert.Equal(before, await File.ReadAllTextAsync(made.File("first.pem"), TestContext.Current.CancellationToken));
        Assert.False(File.Exists(made.File("second.pem")));

        // The key of the authority is kept elsewhere: it must be brought back, never be made anew.
        File.Delete(made.File("authority.key"));
        await using var without = made.Script(made.Folder, "second");
        await without.ExitsWith(1);
        Assert.False(File.Exists(made.File("authority.key")));
    }

    [Theory]
    [InlineData("--days", "soon", ".", "a")]
    [InlineData("--what", ".", "a")]
    [InlineData("new", "authority")]
    [InlineData(".", "../a")]
    [InlineData(".")]
    [InlineData("--days")]
    public async Task A_wrong_call_makes_nothing(params string[] arguments)
    {
        using var made = await Certificates.Make("first");
        await using var run = made.Script(arguments);
        await run.ExitsWith(2);
        Assert.Equal(4, Directory.EnumerateFileSystemEntries(made.Folder).Count());
    }

    static NodeCertificate Load(Certificates made, string name) =>
        NodeCertificate.Load(made.Authority, made.File($"{name}.pem"), made.File($"{name}.key"), TimeProvider.System);
}
