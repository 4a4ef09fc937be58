using System.Net.Http.Headers;

namespace Orchestrator.Remote;

/// <summary>What this user shows to coordinators on other machines. It comes from the environment: a flag could be read by everybody on this machine.</summary>
static class ServerToken
{
    const string Variable = "ORCHESTRATOR_TOKEN";

    /// <summary>Null where none is set.</summary>
    public static AuthenticationHeaderValue? FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } token ? new AuthenticationHeaderValue("Bearer", token) : null;
}
