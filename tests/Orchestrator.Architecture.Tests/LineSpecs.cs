namespace Orchestrator.Architecture.Tests;

/// <summary>What the formatters cannot break is broken by hand.</summary>
public sealed class LineSpecs
{
    const int Longest = 140;

    [Fact]
    public void No_line_of_the_sources_is_longer_than_140_columns()
    {
        var sources = new[] { "src", "tools", "benchmarks" }
            .SelectMany(folder => Directory.EnumerateFiles(Checkout.File(folder), "*", SearchOption.AllDirectories))
            .Where(file => Path.GetExtension(file) is ".cs" or ".js")
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "bin" or "obj" or "vendor" or "node_modules"));

        var tooLong = sources.SelectMany(TooLong).ToList();

        Assert.True(tooLong.Count == 0, string.Join("\n", tooLong));
    }

    /// <remarks>The text of a raw literal is what it is.</remarks>
    static IEnumerable<string> TooLong(string file)
    {
        var inLiteral = false;
        foreach (var (number, line) in File.ReadLines(file).Index())
        {
            var opensOrCloses = line.Split("\"\"\"").Length % 2 == 0;
            if (line.Length > Longest && !inLiteral && !opensOrCloses)
                yield return $"{Path.GetRelativePath(Checkout.Repository, file)}:{number + 1}: {line.Length} columns";
            inLiteral ^= opensOrCloses;
        }
    }
}
