using System.Reflection;

namespace Orchestrator.TestKit;

/// <summary>Where the sources are, and the programs that were built from them. A project whose tests start one refers to its project, so
/// that it is built before.</summary>
public static class Checkout
{
    public static string Repository { get; } = Of("Repository");

    public static string Program { get; } = File($"src/Orchestrator/{Of("Built")}/orchestrator");

    /// <summary>The harness that breaks clusters.</summary>
    public static string Chaos { get; } = File($"tools/Orchestrator.Chaos/{Of("Built")}/orchestrator-chaos");

    /// <summary>The tool that does to a node what a stranger could.</summary>
    public static string Attack { get; } = File($"tools/Orchestrator.Attack/{Of("Built")}/orchestrator-attack");

    /// <param name="path">Within the repository.</param>
    public static string File(string path) => Path.Combine(Repository, path);

    static string Of(string key) =>
        typeof(Checkout).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
