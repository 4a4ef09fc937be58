using System.Net;

namespace Orchestrator.Training.Network;

/// <summary>The proxy that the environment names (<c>http_proxy</c>, <c>https_proxy</c>, <c>all_proxy</c>, <c>no_proxy</c>), and none for
/// this machine itself.</summary>
public sealed class DirectLoopback : IWebProxy
{
    readonly IWebProxy environment = HttpClient.DefaultProxy;

    public ICredentials? Credentials
    {
        get => environment.Credentials;
        set => environment.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : environment.GetProxy(destination);

    public bool IsBypassed(Uri host) => IsLoopback(host) || environment.IsBypassed(host);

    /// <summary>A message about a request that failed, with the proxy that it went through, where it went through one; the secret in a
    /// proxy's address is left out.</summary>
    public string Failed(Uri destination, string message) =>
        GetProxy(destination) is { } proxy && proxy != destination
            ? $"{destination} (through the proxy {proxy.Scheme}://{proxy.Authority} of the environment): "
                + $"{(proxy.UserInfo.Length > 0 ? message.Replace(proxy.UserInfo, "…", StringComparison.Ordinal) : message)}"
            : $"{destination}: {message}";

    /// <summary>True of every address that never leaves this machine, however it is written; of names, of <c>localhost</c> alone: others
    /// are what a name server says.</summary>
    public static bool IsLoopback(Uri address)
    {
        if (!IPAddress.TryParse(address.IdnHost.Trim('[', ']'), out var ip))
            return address.IdnHost == "localhost";
        return IPAddress.IsLoopback(ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip);
    }
}
