using ArchUnitNET.Loader;

namespace Orchestrator.Architecture.Tests;

/// <summary>The projects, floor by floor from the ground up, as they are built.</summary>
static class House
{
    public static readonly string[][] Floors =
    [
        ["Orchestrator.Flows", "Orchestrator.Sweeps"],
        ["Orchestrator.Training", "Orchestrator.Reports"],
        ["Orchestrator.Evaluation", "Orchestrator.Cluster"],
        ["Orchestrator.Web"],
        ["orchestrator"],
    ];

    public static IEnumerable<string> Projects => Floors.SelectMany(floor => floor);

    public static readonly ArchUnitNET.Domain.Architecture Whole = new ArchLoader().LoadAssemblies([.. Projects.Select(Assembly)]).Build();

    public static System.Reflection.Assembly Assembly(string name) => System.Reflection.Assembly.Load(name);
}
