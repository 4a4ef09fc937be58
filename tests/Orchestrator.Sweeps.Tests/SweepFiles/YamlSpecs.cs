using Orchestrator.Sweeps.SweepFiles;

namespace Orchestrator.Sweeps.Tests.SweepFiles;

/// <summary>The parts of YAML that a sweep file does not have.</summary>
public sealed class YamlSpecs
{
    [Theory]
    [InlineData("", "1:1: the file is empty: expected keys and values, such as 'name: first'")]
    [InlineData("# nothing\n", "1:1: the file is empty: expected keys and values, such as 'name: first'")]
    [InlineData("- a\n", "1:1: expected keys and values, such as 'name: first'")]
    [InlineData("digits\n", "1:1: expected keys and values, such as 'name: first'")]
    [InlineData("name: a\ndataset: !!str digits\n", "2:10: tags are not read: leave it out")]
    [InlineData("name: a\ndataset: &d digits\n", "2:10: anchors are not read: leave it out")]
    [InlineData("name: a\ndataset: digits\nname: b\n", "3:1: 'name' is given twice: first at 1:1")]
    [InlineData(
        "name: a\ndataset: digits\ntrial: { training: { epochs: 1, epochs: 2 } }\n",
        "3:33: 'epochs' is given twice: first at 3:22"
    )]
    [InlineData("name: a\ndataset: digits\n[a, b]: 1\n", "3:1: a key is a single word, not a list or a mapping")]
    [InlineData("name: a\ndataset: digits\n---\nname: b\n", "3:1: a sweep file is one document, and here begins a second one")]
    public void Is_refused_where_it_stands(string text, string problem) => Assert.Contains("x.yaml:" + problem, SweepTexts.Problems(text));

    [Fact]
    public void An_alias_is_refused_where_it_stands() =>
        Assert.Equal(
            ["x.yaml:2:10: anchors are not read: leave it out", "x.yaml:3:7: aliases are not read: write the value out"],
            SweepTexts
                .Problems("name: a\ndataset: &d digits\nseed: *d\n")
                .Where(problem => problem.Contains("not read", StringComparison.Ordinal))
        );

    [Theory]
    [InlineData("tabs", "name: a\n\tdataset: digits\n", "2:1: a tab indents this line: expected spaces")]
    [InlineData("tabs", "name: a\ndataset: digits\ntrial:\n\tflow: { levels: 1 }\n", "4:1: a tab indents this line: expected spaces")]
    [InlineData("tabs", "name: a\ntrial:\n  flow:\n  \tlevels: 1\n", "4:3: a tab indents this line: expected spaces")]
    [InlineData("tabs", "name: a\nparameters:\n  base:\n\t- { distribution: gaussian }\n", "4:1: a tab indents this line: expected spaces")]
    [InlineData("tabs", "name: a\r\ntrial:\r\n\tflow: { levels: 1 }\r\n", "3:1: a tab indents this line: expected spaces")]
    [InlineData("tabs", "name: a\rtrial:\r\tflow: { levels: 1 }\r", "3:1: a tab indents this line: expected spaces")]
    [InlineData("quotes", "name: 'a\n", "1:7: this quote is not closed: expected ' at the end of the value")]
    [InlineData("quotes", "name: a\ndataset: \"digits\nseed: 1\n", "2:10: this quote is not closed: expected \" at the end of the value")]
    [InlineData("quotes", "name: a\ndataset: 'digits\nseed: 1\n", "2:10: this quote is not closed: expected ' at the end of the value")]
    [InlineData(
        "quotes",
        "name: a\ndataset: 'digits\nseed: 1\nx: 'y'\n",
        "2:10: this quote closes only in line 4: expected ' at the end of the value"
    )]
    [InlineData(
        "quotes",
        "trial: { flow: { architecture: 'glow } }\n",
        "1:32: this quote is not closed: expected ' at the end of the value"
    )]
    [InlineData(
        "quotes",
        "name: \"a\" b\n",
        "1:11: expected a key, a colon and a value, such as 'name: first', in line with the keys above"
    )]
    [InlineData("brackets", "name: a\ntrial: { flow: 2\nseed: 1\n", "2:8: this { is not closed: expected }")]
    [InlineData("brackets", "name: a\ntrial: { flow: { levels: 1 }\nseed: 1\n", "2:8: this { is not closed: expected }")]
    [InlineData("brackets", "name: a\ntrial: { flow: { levels: 1 ", "2:16: this { is not closed: expected }")]
    [InlineData("brackets", "name: a\ntrial: { flow: { levels: 1 }\n", "2:8: this { is not closed: expected }")]
    [InlineData("brackets", "parameters:\n  training.epochs: [1, 2\nseed: 1\n", "2:20: this [ is not closed: expected ]")]
    [InlineData("brackets", "parameters:\n  training.epochs: [1, 2\n\n", "2:20: this [ is not closed: expected ]")]
    [InlineData("brackets", "trial: { flow: [1, 2} }\n", "1:21: expected a comma or ], to go on with the [ of 1:16")]
    [InlineData("brackets", "trial: { flow: { levels: 1 steps: 2 } }\n", "1:33: expected a comma or }, to go on with the { of 1:16")]
    [InlineData("brackets", "trial: {\n  flow: { levels: 1\n  steps: 2 } }\n", "3:8: expected a comma or }, to go on with the { of 2:9")]
    [InlineData(
        "brackets",
        "parameters:\n  training.epochs: [1, 2]]\n",
        "2:26: expected a key, a colon and a value, such as 'name: first', in line with the keys above"
    )]
    [InlineData("brackets", "parameters: { training.epochs: [1,,2] }\n", "1:35: expected a value")]
    [InlineData(
        "indents",
        "name: a\ntrial:\n  flow: { levels: 2 }\n base: { distribution: gaussian }\n",
        "4:2: expected a key, a colon and a value, such as 'name: first', in line with the keys above"
    )]
    [InlineData(
        "indents",
        "name: a\n dataset: digits\n",
        "2:2: this line is indented as if it went on with the value of line 1: expected it in line with a key above"
    )]
    [InlineData(
        "indents",
        "name: a\n- b\n",
        "2:1: expected a key, a colon and a value, such as 'name: first', in line with the keys above"
    )]
    [InlineData("colons", "name:a\ndataset: digits\n", "1:6: expected a space after the colon")]
    [InlineData("colons", "name: a\nseed: 1\ntrial:{ flow: { levels: 1 } }\n", "3:7: expected a space after the colon")]
    [InlineData("colons", "name: a: b\n", "1:8: a second colon in one value: put the value in quotes, or begin a new line")]
    [InlineData(
        "colons",
        "name: a\ndataset digits\nseed: 1\n",
        "2:1: expected a key, a colon and a value, such as 'name: first', in line with the keys above"
    )]
    [InlineData("names", "name: a\ndataset: &\n", "2:10: not YAML: ")]
    [InlineData("names", "name: a\ndataset: *\n", "2:10: not YAML: ")]
    [InlineData("names", "name: a\ndataset: !<x digits\n", "2:10: not YAML: ")]
    [InlineData("names", "%YAML\nname: a\n", "1:1: not YAML: ")]
    [InlineData("names", "name: a\ndataset: @x\n", "2:10: not YAML: ")]
    [InlineData("escapes", "name: a\ndataset: \"di\\qgits\"\n", "2:10: not YAML: ")]
    [InlineData("escapes", "name: a\ndataset: \"di\\xZZ\"\n", "2:10: not YAML: ")]
    [InlineData("escapes", "name: a\ndataset: \"\\UFFFFFFFF\"\n", "2:21: not YAML: ")]
    public void A_slip_is_told_where_it_is_with_what_was_expected(string of, string text, string problem)
    {
        var told = Assert.Single(SweepTexts.Problems(text));

        Assert.True(told.StartsWith("x.yaml:" + problem, StringComparison.Ordinal), $"{of}: {told}");
    }

    [Theory]
    [InlineData("name: a\ndataset: di\0gits\n", "2:12: the control character U+0000 is here: leave it out")]
    [InlineData("name: a\n# \u001b[31m\n", "2:3: the control character U+001B is here: leave it out")]
    [InlineData("name: a\u0085dataset: digits\n", "1:8: the control character U+0085 is here: leave it out")]
    [InlineData("name: a\r\ndataset: di\u2028gits\r\n", "2:12: the control character U+2028 is here: leave it out")]
    [InlineData("name: a\ndataset: idx:\u202Egpj\n", "2:14: the control character U+202E is here: leave it out")]
    [InlineData("name: a\n\uFEFFseed: 1\n", "2:1: the control character U+FEFF is here: leave it out")]
    [InlineData("name: a\ndataset: idx:/ä😀/\u0007\n", "2:18: the control character U+0007 is here: leave it out")]
    [InlineData(
        "name: \"a\\n\"\ndataset: digits\n",
        "1:7: name: holds the control character U+000A: expected 1 to 48 characters of a-z, 0-9 and -"
    )]
    [InlineData(
        "name: a\ndataset: \"idx:\\e[31mx\"\n",
        "2:10: dataset: holds the control character U+001B: expected one of digits, mnist, kmnist, fashion-mnist, cifar10, idx:DIR"
    )]
    [InlineData(
        "name: a\ndataset: \"idx:\\0\"\n",
        "2:10: dataset: holds the control character U+0000: expected one of digits, mnist, kmnist, fashion-mnist, cifar10, idx:DIR"
    )]
    public void What_nobody_sees_is_refused_where_it_stands(string text, string problem) =>
        Assert.Equal("x.yaml:" + problem, Assert.Single(SweepTexts.Problems(text)));

    [Fact]
    public void Half_of_a_character_is_refused_where_it_stands() =>
        Assert.Equal(
            "x.yaml:2:12: half of a character (U+D800) is here: leave it out",
            Assert.Single(SweepTexts.Problems("name: a\ndataset: di" + '\ud800' + "gits\n"))
        );

    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("# a comment\n\n")]
    [InlineData("---\n")]
    public void A_mark_of_UTF_8_a_comment_and_the_begin_of_a_document_may_come_first(string head)
    {
        var spec = SweepTexts.Parse(head + SweepTexts.Head.Replace("\n", "\r\n", StringComparison.Ordinal));

        Assert.Equal(("a", "digits"), (spec.Name, spec.Dataset));
    }

    [Theory]
    [InlineData("6E616D653A20610A646174617365743A20FF0A", "2:10: the byte ff is not UTF-8: save the file as UTF-8")]
    [InlineData("6E616D653A20C3A4C3", "1:8: the byte c3 is not UTF-8: save the file as UTF-8")]
    [InlineData("EFBBBFE9", "1:1: the byte e9 is not UTF-8: save the file as UTF-8")]
    [InlineData("FFFE6E00", "1:1: this is UTF-16: save it as UTF-8")]
    [InlineData("FEFF006E", "1:1: this is UTF-16: save it as UTF-8")]
    public void Bytes_that_are_not_UTF_8_are_refused_where_they_stand(string bytes, string problem)
    {
        using var content = new MemoryStream(Convert.FromHexString(bytes));

        Assert.Equal("x.yaml:" + problem, Assert.Throws<SweepFileException>(() => SweepFile.ReadText(content, "x.yaml")).Message);
    }

    [Fact]
    public void A_file_without_end_is_not_read_to_its_end()
    {
        using var content = new EndlessStream();

        Assert.Equal(
            "x.yaml:1:1: larger than 1 MiB: expected a sweep file",
            Assert.Throws<SweepFileException>(() => SweepFile.ReadText(content, "x.yaml")).Message
        );
        Assert.InRange(content.Given, 1, 2 << 20);
    }

    [Fact]
    public void Of_thousands_of_problems_twenty_are_told_and_the_others_counted()
    {
        var problems = SweepTexts.Problems(
            SweepTexts.Head + string.Concat(Enumerable.Range(1, 5_000).Select(number => $"k{number}: *a\n"))
        );

        Assert.Equal(21, problems.Length);
        Assert.StartsWith("x.yaml:13:", problems[^1], StringComparison.Ordinal);
        Assert.EndsWith("here and below, 9980 more problems", problems[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_is_limited() =>
        Assert.Equal("x.yaml:1:39: nested deeper than 32 levels", Assert.Single(SweepTexts.Problems("name: " + new string('[', 100_000))));

    [Fact]
    public void Size_is_limited() =>
        Assert.Equal(
            "x.yaml:1:1: larger than 1 MiB: expected a sweep file",
            Assert.Single(SweepTexts.Problems(SweepTexts.Head + "# " + new string('ä', 1 << 19)))
        );

    /// <summary>Zeros for ever.</summary>
    sealed class EndlessStream : MemoryStream
    {
        public long Given { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            buffer.Clear();
            Given += buffer.Length;
            return buffer.Length;
        }
    }
}
