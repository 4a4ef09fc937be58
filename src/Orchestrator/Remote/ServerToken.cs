using System.Net.Http.Headers;
using Orchestrator.Training.Network;

namespace Orchestrator.Remote;

/// <summary>What this user shows to coordinators on other machines. It comes from the environment: a flag could be read by everybody on
/// this machine.</summary>
static class ServerToken
{
    const string Variable = "ORCHESTRATOR_TOKEN";

    /// <exception cref="CommandException">On the way to this server anybody could read the token (2).</exception>
    public static void RefusePlain(Uri server)
    {
        if (server.Scheme != "https" && !DirectLoopback.IsLoopback(server))
        {
            throw new CommandException(
                ExitCode.BadCall,
                $"--server {server}: the token of {Variable} would go there in plain HTTP, for everybody on the way to read; give an "
                    + "https:// address, or --insecure in a network you trust"
            );
        }
    }

    /// <summary>The header that shows the token; null where none is set.</summary>
    public static AuthenticationHeaderValue? FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } token ? new AuthenticationHeaderValue("Bearer", token) : null;
}
