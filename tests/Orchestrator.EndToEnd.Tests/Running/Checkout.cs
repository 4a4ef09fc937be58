using System.Reflection;

namespace Orchestrator.EndToEnd.Tests.Running;

/// <summary>Where the sources and the built program are.</summary>
static class Checkout
{
    public static string Repository { get; } = Of("Repository");

    /// <param name="path">Within the repository.</param>
    public static string File(string path) => Path.Combine(Repository, path);

    public static string Program { get; } = Of("Program");

    /// <summary>The harness that breaks clusters.</summary>
    public static string Chaos => Of("Chaos");

    /// <summary>The tool that does to a node what a stranger could.</summary>
    public static string Attack => Of("Attack");

    static string Of(string key) =>
        typeof(Checkout).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
