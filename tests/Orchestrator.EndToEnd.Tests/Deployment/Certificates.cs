namespace Orchestrator.EndToEnd.Tests.Deployment;

/// <summary>A folder with an authority and certificates as <c>cluster/certs.sh</c> makes them.</summary>
sealed class Certificates : IDisposable
{
    readonly TemporaryFolder _directory = new();

    public static async Task<Certificates> Make(params string[] names)
    {
        Needs.Program("openssl", "openssl");
        var made = new Certificates();
        await using var run = made.Script([made.Folder, .. names]);
        await run.ExitsWith(0);
        return made;
    }

    public string Folder => _directory.Path;

    public string Authority => File("authority.pem");

    public string File(string name) => Path.Combine(Folder, name);

    public Run Script(params string[] arguments) => Run.Start(Path.Combine(Checkout.Repository, "cluster", "certs.sh"), Folder, arguments);

    public void Dispose() => _directory.Dispose();
}
