namespace Orchestrator.Chaos;

/// <summary>An authority and a certificate for every node, made by the script that people use.</summary>
static class Certificates
{
    /// <returns>Flags of each node.</returns>
    public static async Task<IReadOnlyDictionary<string, string[]>> MakeAsync(string folder, IReadOnlyList<string> names)
    {
        await Shell.RunAsync("bash", [Path.Combine(Checkout.Root, "cluster", "certs.sh"), folder, .. names]);
        return names.ToDictionary(
            name => name,
            name =>
                new[]
                {
                    "--tls-authority",
                    Path.Combine(folder, "authority.pem"),
                    "--tls-certificate",
                    Path.Combine(folder, name + ".pem"),
                    "--tls-key",
                    Path.Combine(folder, name + ".key"),
                }
        );
    }
}
