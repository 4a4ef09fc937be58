using System.Xml.Linq;

namespace Orchestrator.Architecture.Tests;

/// <summary>The rooms of the tests: what several of them need is in the kit.</summary>
public sealed class TestProjectSpecs
{
    const string Kit = "Orchestrator.TestKit";

    static readonly string Tests = Checkout.File("tests");

    public static TheoryData<string> Projects =>
        [
            .. Directory
                .EnumerateFiles(Tests, "*.csproj", SearchOption.AllDirectories)
                .Select(path => Path.GetFileNameWithoutExtension(path)),
        ];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_test_project_leans_on_no_other_but_the_kit(string project)
    {
        var folder = Path.Combine(Tests, project);
        var others = XDocument
            .Load(Path.Combine(folder, project + ".csproj"))
            .Descendants()
            .SelectMany(item => item.Attributes("Include").Concat(item.Attributes("Project")))
            .SelectMany(paths => paths.Value.Split(';'))
            .Where(path => path.StartsWith("..", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(Tests, Path.GetFullPath(path, folder)))
            .Where(path => !path.StartsWith("..", StringComparison.Ordinal) && path.Split('/')[0] != project)
            .ToList();

        Assert.All(others, path => Assert.StartsWith(Kit + "/", path, StringComparison.Ordinal));
        Assert.True(project != Kit || others.Count == 0, $"the kit leans on {string.Join(", ", others)}");
    }

    [Fact]
    public void Classes_of_tests_end_in_Specs() =>
        Assert.DoesNotContain(
            Sources(),
            path => !path.EndsWith("Specs.cs", StringComparison.Ordinal) && HoldsTests(File.ReadAllText(path))
        );

    [Fact]
    public void Folders_of_tests_mirror_those_of_the_source()
    {
        foreach (var path in Sources().Where(path => path.EndsWith("Specs.cs", StringComparison.Ordinal)))
        {
            var (project, folder) = Path.GetRelativePath(Tests, Path.GetDirectoryName(path)!).Split('/', 2) is [var name, var rest]
                ? (name, rest)
                : (Path.GetRelativePath(Tests, Path.GetDirectoryName(path)!), "");
            var source = Checkout.File(Path.Combine("src", project[..^".Tests".Length]));
            Assert.True(!Directory.Exists(source) || Directory.Exists(Path.Combine(source, folder)), $"{path}: no such folder in {source}");
        }
    }

    static IEnumerable<string> Sources() =>
        Directory
            .EnumerateDirectories(Tests, "*.Tests")
            .SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal));

    static bool HoldsTests(string text) =>
        text.Contains("\n    [Fact]", StringComparison.Ordinal) || text.Contains("\n    [Theory]", StringComparison.Ordinal);
}
