using System.Security.Cryptography;
using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Journal;

/// <summary>Two states of a sweep are equal exactly if these are: what an active coordinator holds against what the journal replays
/// to.</summary>
public static class StateDigest
{
    /// <returns>SHA-256 in lower-case hexadecimal.</returns>
    public static string Of(SweepState state) =>
        // Its dictionaries are sorted, but for the leases, whose order follows from their tokens.
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(state, OrchestratorJson.Compact)));
}
