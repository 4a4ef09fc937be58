using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tests.Specs;

/// <summary>The parts of YAML that a sweep file does not have.</summary>
public sealed class YamlSpecs
{
    [Theory]
    [InlineData("", "1:1: the file is empty")]
    [InlineData("# nothing\n", "1:1: the file is empty")]
    [InlineData("- a\n", "1:1: expected keys and values, such as 'name: first'")]
    [InlineData("digits\n", "1:1: expected keys and values, such as 'name: first'")]
    [InlineData("name: a\ndataset: !!str digits\n", "2:10: tags are not read: leave it out")]
    [InlineData("name: a\ndataset: &d digits\n", "2:10: anchors are not read: leave it out")]
    [InlineData("name: a\ndataset: digits\nname: b\n", "3:1: 'name' is given twice: first at 1:1")]
    [InlineData("name: a\ndataset: digits\ntrial: { training: { epochs: 1, epochs: 2 } }\n", "3:33: 'epochs' is given twice: first at 3:22")]
    [InlineData("name: a\ndataset: digits\n[a, b]: 1\n", "3:1: a key is a single word, not a list or a mapping")]
    [InlineData("name: a\ndataset: digits\n---\nname: b\n", "3:1: a sweep file is one document, and here begins a second one")]
    public void Is_refused_where_it_stands(string text, string problem) => Assert.Contains("x.yaml:" + problem, SweepTexts.Problems(text));

    [Fact]
    public void An_alias_is_refused_where_it_stands() =>
        Assert.Equal(
            ["x.yaml:2:10: anchors are not read: leave it out", "x.yaml:3:7: aliases are not read: write the value out"],
            SweepTexts.Problems("name: a\ndataset: &d digits\nseed: *d\n").Where(problem => problem.Contains("not read", StringComparison.Ordinal)));

    [Theory]
    [InlineData("name: a\n\tdataset: digits\n", 2)]
    [InlineData("name: a\ntrial:\n  flow: { levels: 2 }\n base: { distribution: gaussian }\n", 4)]
    [InlineData("name: a\ntrial: { flow: 2\nseed: 1\n", 3)]
    [InlineData("name: 'a\n", 2)]
    public void A_slip_of_tabs_indents_brackets_or_quotes_has_a_line(string text, int line)
    {
        var problem = Assert.Single(Assert.Throws<SweepFileException>(() => SweepTexts.Parse(text)).Problems);

        Assert.StartsWith("not YAML: ", problem.Message, StringComparison.Ordinal);
        Assert.InRange(problem.Line, line - 1, line);
    }

    [Fact]
    public void Depth_is_limited() =>
        Assert.Equal("x.yaml:1:39: not YAML: nested deeper than 32 levels", Assert.Single(SweepTexts.Problems("name: " + new string('[', 100_000))));

    [Fact]
    public void Size_is_limited() =>
        Assert.Equal("x.yaml:1:1: larger than 1 MiB", Assert.Single(SweepTexts.Problems(SweepTexts.Head + "# " + new string('ä', 1 << 19))));
}
