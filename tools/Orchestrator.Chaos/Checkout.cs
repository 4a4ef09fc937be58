namespace Orchestrator.Chaos;

/// <summary>The checkout this harness was built in.</summary>
static class Checkout
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Orchestrator.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new ChaosException("this harness stands in no checkout"));
}
