using System.Text;
using CsCheck;
using Orchestrator.Cluster.Processes;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Processes;

/// <summary>A child that says too much, or what a terminal would obey.</summary>
public sealed class ChildTextSpecs
{
    [Fact]
    public void Lines_are_those_of_a_string_reader_cut_at_the_limit() =>
        Gen.Select(Gen.String[Gen.Char["ab\n\r\u00e9"], 0, 200], Gen.Int[1, 20])
            .Sample(
                (text, longest) =>
                {
                    // A reader of .NET takes a lone carriage return for an end too; the protocol does not.
                    var expected = text.Split('\n').AsEnumerable();
                    if (text.Length == 0 || text.EndsWith('\n'))
                        expected = expected.SkipLast(1);
                    var lines = BoundedLines
                        .ReadAsync(new StringReader(text), longest, TestContext.Current.CancellationToken)
                        .ToBlockingEnumerable()
                        .ToList();
                    Assert.Equal(
                        expected.Select(line => (line[..Math.Min(line.Length, longest)].TrimEnd('\r'), line.Length > longest)),
                        lines.Select(line => (line.Text, line.IsCut))
                    );
                }
            );

    [Fact]
    public void A_text_is_cut_to_its_last_lines_and_spelled_out()
    {
        Assert.Equal("fine\n\ttext é", ChildText.Cut("fine\n\ttext é"));
        Assert.Equal(@"\u001b[2Jgone\u0007\u009b", ChildText.Cut("\u001b[2Jgone\u0007\u009b"));
        Assert.Equal(string.Join('\n', Enumerable.Range(61, 40)), ChildText.Cut(string.Join('\n', Enumerable.Range(1, 100))));
        Assert.Equal(ChildText.Longest, ChildText.Cut(new string('x', 1_500_000)).Length);
    }

    [Fact]
    public async Task A_flood_without_an_end_of_line_takes_no_memory_and_is_told_once()
    {
        var told = new List<ProcessMessage>();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await ChildMessages.ReadAsync(new Flood(200_000_000, "\n{\"type\":\"warning\",\"message\":\"after\"}\n"), told.Add);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: false) - before, long.MinValue, 50 << 20);
        Assert.Equal(2, told.Count);
        Assert.Contains("dropped", Assert.IsType<ProcessMessage.Warning>(told[0]).Message, StringComparison.Ordinal);
        Assert.Equal("after", Assert.IsType<ProcessMessage.Warning>(told[1]).Message);
    }

    [Fact]
    public async Task Every_text_of_a_message_is_cut()
    {
        var long_ = new string('x', 100_000);
        var told = new List<ProcessMessage>();
        await ChildMessages.ReadAsync(
            new StringReader(
                $$$"""
                {"type":"failed","cause":"crash","message":"{{{long_}}}","layer":"{{{long_}}}"}
                {"type":"checkpoint","checkpoint":{"path":"{{{long_}}}","sha256":"{{{long_}}}","epoch":1,"step":1,"final":false,"bytes":1}}
                {"type":"warning","message":"\u001b]0;title\u0007"}
                """
            ),
            told.Add
        );
        var failed = Assert.IsType<ProcessMessage.Failed>(told[0]);
        Assert.Equal((ChildText.Longest, ChildText.Longest), (failed.Message.Length, failed.Layer!.Length));
        Assert.Equal(ChildText.Longest, Assert.IsType<ProcessMessage.ReportCheckpoint>(told[1]).Checkpoint.Path.Length);
        Assert.Equal(@"\u001b]0;title\u0007", Assert.IsType<ProcessMessage.Warning>(told[2]).Message);
    }

    [Fact]
    public async Task Of_standard_error_the_last_lines_are_kept_whatever_their_length()
    {
        var text = new StringBuilder();
        for (var line = 1; line <= 100; line++)
            text.Append(line).Append(' ').Append('x', 30_000).Append('\n');
        var kept = await ChildMessages.LastErrorsAsync(new StringReader(text.ToString()));
        Assert.InRange(kept.Length, 1, ChildText.Longest);
        Assert.Contains("\n100 xxx", kept, StringComparison.Ordinal);
        Assert.Equal("", await ChildMessages.LastErrorsAsync(new StringReader("")));
    }

    /// <summary>So many characters without an end of line, and then a text.</summary>
    sealed class Flood(int length, string then) : TextReader
    {
        readonly StringReader _then = new(then);
        int _left = length;

        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0)
                return _then.ReadAsync(buffer, cancellationToken);
            var read = Math.Min(_left, buffer.Length);
            buffer.Span[..read].Fill('x');
            _left -= read;
            return new ValueTask<int>(read);
        }
    }
}
