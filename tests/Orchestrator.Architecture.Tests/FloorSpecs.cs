using ArchUnitNET.xUnitV3;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace Orchestrator.Architecture.Tests;

/// <summary>The house: a project uses only floors below its own.</summary>
public sealed class FloorSpecs
{
    [Theory]
    [InlineData("Orchestrator.Sweeps", "Torch")]
    [InlineData("Orchestrator.Sweeps", "Akka")]
    [InlineData("Orchestrator.Reports", "Torch")]
    [InlineData("Orchestrator.Reports", "Akka")]
    [InlineData("Orchestrator.Cluster", "Torch")]
    [InlineData("Orchestrator.Web", "Torch")]
    [InlineData("Orchestrator.Flows", "Akka")]
    [InlineData("Orchestrator.Training", "Akka")]
    [InlineData("Orchestrator.Evaluation", "Akka")]
    public void A_project_knows_nothing_of(string project, string library) =>
        Assert.DoesNotContain(References(project), name => name.StartsWith(library, StringComparison.Ordinal));

    [Fact]
    public void A_project_uses_only_floors_below_its_own()
    {
        for (var floor = 0; floor < House.Floors.Length; floor++)
            foreach (var project in House.Floors[floor])
            foreach (var other in House.Floors[floor..].SelectMany(names => names).Where(name => name != project))
                Types()
                    .That()
                    .ResideInAssembly(House.Assembly(project))
                    .Should()
                    .NotDependOnAny(Types().That().ResideInAssembly(House.Assembly(other)))
                    .Check(House.Whole);
    }

    [Fact]
    public void The_domain_reads_no_clock_and_no_files() =>
        Types()
            .That()
            .ResideInNamespaceMatching(@"^Orchestrator\.Sweeps\.(Domain|Search|Progress)$")
            .Should()
            .NotDependOnAnyTypesThat()
            .HaveFullNameMatching(@"^System\.(TimeProvider|IO\.(File|Directory|FileStream)|Random|Diagnostics\.Stopwatch)$")
            .Check(House.Whole);

    static IEnumerable<string> References(string project) =>
        House.Assembly(project).GetReferencedAssemblies().Select(reference => reference.Name!);
}
