using System.Text.RegularExpressions;

namespace Orchestrator.Page.Tests;

/// <summary>How the page's modules use each other.</summary>
public sealed partial class ImportSpecs
{
    static readonly string Page = Path.Combine(Checkout.Repository, "src", "Orchestrator.Web", "Page");

    [Fact]
    public void No_module_uses_one_that_uses_it()
    {
        var imports = Directory
            .EnumerateFiles(Page, "*.js", SearchOption.AllDirectories)
            .ToDictionary(file => file, file => ImportsOf(file).ToList());
        Assert.All(imports.Values.SelectMany(used => used), used => Assert.Contains(used, imports.Keys));
        var done = new HashSet<string>();
        foreach (var module in imports.Keys)
            Follow(module, []);

        void Follow(string module, IReadOnlyList<string> way)
        {
            Assert.False(
                way.Contains(module),
                string.Join(" uses ", way.SkipWhile(other => other != module).Append(module).Select(one => Path.GetRelativePath(Page, one)))
            );
            if (done.Contains(module))
                return;
            foreach (var used in imports[module])
                Follow(used, [.. way, module]);
            done.Add(module);
        }
    }

    static IEnumerable<string> ImportsOf(string file) =>
        Import().Matches(File.ReadAllText(file)).Select(match => Path.GetFullPath(match.Groups[1].Value, Path.GetDirectoryName(file)!));

    // Those that are fetched later too.
    [GeneratedRegex(@"(?:\bfrom |\bimport\()'(\.{1,2}/[^']+)'")]
    private static partial Regex Import();
}
