using System.Collections.Immutable;
using Orchestrator.Cluster.Processes;

namespace Orchestrator.Cluster.Tests.Processes;

/// <summary>How the program is started again, by how it was started.</summary>
public sealed class ThisProgramSpecs
{
    const string Host = "/usr/share/dotnet/dotnet",
        Dll = "/opt/orchestrator/orchestrator.dll";

    [Theory]
    [InlineData("dotnet orchestrator.dll sweep run s.yaml", 3, Dll)]
    [InlineData("dotnet ../x/orchestrator.dll", 0, Dll)]
    [InlineData("dotnet exec orchestrator.dll sweep list", 2, "exec " + Dll)]
    [InlineData("/usr/bin/dotnet --roll-forward LatestMajor orchestrator.dll sweep", 1, "--roll-forward LatestMajor " + Dll)]
    [InlineData(
        "dotnet exec --depsfile d.json --runtimeconfig r.json orchestrator.dll a b",
        2,
        "exec --depsfile d.json --runtimeconfig r.json " + Dll
    )]
    [InlineData("dotnet orchestrator.dll orchestrator.dll orchestrator.dll", 2, Dll)]
    public void Under_dotnet_it_is_dotnet_with_the_same_options_and_the_assembly(string line, int own, string expected)
    {
        var program = ThisProgram.Of(Host, Dll, [.. line.Split(' ')], own);
        Assert.Equal((Host, expected), (program.File, string.Join(' ', program.Arguments)));
    }

    [Theory]
    [InlineData("/opt/orchestrator/orchestrator", Dll)]
    [InlineData("/opt/orchestrator/renamed", Dll)]
    [InlineData("/home/me/.dotnet/tools/orchestrator", "/home/me/.dotnet/tools/.store/orchestrator/1.0.0/orchestrator.dll")]
    [InlineData("/opt/single/orchestrator", "")]
    public void An_executable_of_its_own_is_started_as_it_is(string process, string assembly)
    {
        var program = ThisProgram.Of(process, assembly, ["orchestrator", "sweep", "run"], 2);
        Assert.Equal((process, ImmutableArray<string>.Empty), (program.File, program.Arguments));
    }

    [Fact]
    public void Where_the_system_tells_no_command_line_the_assembly_is_enough() =>
        Assert.Equal(Dll, Assert.Single(ThisProgram.Of(Host, Dll, [], 3).Arguments));
}
