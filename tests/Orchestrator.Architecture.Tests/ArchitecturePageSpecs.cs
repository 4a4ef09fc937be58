using System.Text.RegularExpressions;

namespace Orchestrator.Architecture.Tests;

/// <summary><c>docs/architecture.md</c> speaks of what is there.</summary>
public sealed partial class ArchitecturePageSpecs
{
    static readonly string Page = File.ReadAllText(Checkout.File("docs/architecture.md"));

    static readonly HashSet<string> Names =
    [
        .. House.Projects.SelectMany(project => House.Assembly(project).GetTypes()).Select(type => type.Name.Split('`')[0]),
    ];

    [Fact]
    public void Every_folder_and_file_that_it_names_exists()
    {
        var missing = Paths().Matches(Page).Select(match => match.Groups[1].Value).Where(path => !Exists(path)).ToList();

        Assert.True(missing.Count == 0, $"docs/architecture.md names what is not in src: {string.Join(", ", missing)}");
    }

    [Fact]
    public void Every_type_that_it_names_exists()
    {
        var missing = Types().Matches(Page).Select(match => match.Groups[1].Value).Where(name => !IsKnown(name)).Distinct().ToList();

        Assert.True(missing.Count == 0, $"docs/architecture.md names types that are not there: {string.Join(", ", missing)}");
    }

    static bool Exists(string path)
    {
        var source = Checkout.File($"src/Orchestrator.{path}");
        return Directory.Exists(source)
            || File.Exists(source + ".cs")
            || path.StartsWith("Orchestrator/", StringComparison.Ordinal) && Directory.Exists(Checkout.File($"src/{path}"));
    }

    // A folder's last part is a name in the same form.
    static bool IsKnown(string name) =>
        Names.Contains(name)
        || Directory
            .EnumerateDirectories(Checkout.File("src"), "*", SearchOption.AllDirectories)
            .Any(folder => Path.GetFileName(folder) == name)
        || Directory.EnumerateFiles(Checkout.File("tests"), $"{name}.cs", SearchOption.AllDirectories).Any();

    [GeneratedRegex(@"`((?:Flows|Sweeps|Training|Evaluation|Reports|Cluster|Web|Orchestrator)(?:/\w+)+)`")]
    private static partial Regex Paths();

    [GeneratedRegex(@"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`")]
    private static partial Regex Types();
}
