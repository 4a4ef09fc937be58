using System.Text;
using Orchestrator.Evaluation.Files;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Evaluation.Tests.Files;

/// <summary>What of a CSV is no feature is told, or refused with what to do.</summary>
public sealed class CsvFormSpecs : IDisposable
{
    const string Row = "0.5,0.25,1.5,-2.5,0.125,3.5,0.75,1.25";

    readonly TemporaryFolder folder = new();
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    public static TheoryData<string> Headings =>
        [
            "0,1,2,3,4,5,6,7",
            "1,2,3,4,5,6,7,8",
            "\"0\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\"",
            "f0,f1,f2,f3,f4,f5,f6,f7",
            "0.0,1.0,2.0,3.0,4.0,5.0,6.0,7.0",
            "\"a, b\",c,d,e,f,g,h,i",
            " 0, 1, 2, 3, 4, 5, 6, 7",
            "8,9,10,11,12,13,14,15",
            "17,3,5,2047,6,8,0,1",
            "+0,+1,+2,+3,+4,+5,+6,+7",
            "mean,std,0,1,2,3,4,5",
            "NaN name,b,c,d,e,f,g,h",
            "00,01,02,03,04,05,06,07",
        ];

    [Theory, MemberData(nameof(Headings))]
    public void A_heading_of_any_form_is_no_sample_and_said(string heading)
    {
        foreach (
            var (start, end, gap) in new[] { ("", "\n", ""), ("\uFEFF", "\r\n", ""), ("# made by hand\n", "\n\n", "\n"), ("\n", "\r", "") }
        )
        {
            var table = Read(start + heading + end + gap + string.Concat(Enumerable.Repeat(Row + end, 10)));
            Assert.Equal([10, 8], table.Features.shape);
            Assert.Contains("names of columns", table.Notes[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_heading_of_whole_numbers_is_told_among_whole_numbers_too()
    {
        Assert.Equal([3, 4], Read("0,1,2,3\n5,0,0,1\n4,3,2,1\n0,0,0,2\n").Features.shape);
        Assert.Equal([4, 4], Read("5,1,2,3\n5,0,0,1\n4,3,2,1\n0,0,0,2\n").Features.shape);
        Assert.Equal([3, 2], Read("0,0\n5,0\n4,3\n").Features.shape);
    }

    [Theory]
    [InlineData(";", "semicolons")]
    [InlineData("\t", "tabs")]
    [InlineData(" ", "blanks")]
    [InlineData("   ", "blanks")]
    public void Other_separators_are_told(string separator, string name)
    {
        var table = Read(
            "0,1,2,3,4,5,6,7\n0.5,0.25,1.5,-2.5,0.125,3.5,0.75,1.25\n9.5,0.25,1.5,-2.5,0.125,3.5,0.75,1.5\n".Replace(",", separator)
        );
        Assert.Equal([2, 8], table.Features.shape);
        Assert.Contains(name, table.Notes[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(",0,1,2", "{0},0.5,1.5,2.5")]
    [InlineData(",0,1,2", "9{0},0.5,1.5,2.5")]
    [InlineData("Unnamed: 0,a,b,c", "{0},0.5,1.5,2.5")]
    [InlineData("id,a,b,c", "7{0},0.5,1.5,2.5")]
    [InlineData("index,0,1,2", "{0},0.5,1.5,2.5")]
    [InlineData("\"a\",\"b\",\"c\"", "\"{0}\",0.5,1.5,2.5")]
    [InlineData("0,1,2", "{0},0.5,1.5,2.5")]
    [InlineData(null, "{0},0.5,1.5,2.5")]
    [InlineData("1st,0,1,2,", "{0},0.5,1.5,2.5,")]
    public void A_column_that_numbers_the_samples_is_no_feature_and_said(string? heading, string row)
    {
        var table = Read(
            (heading is null ? "" : heading + "\n") + string.Concat(Enumerable.Range(0, 9).Select(i => string.Format(null, row, i) + "\n"))
        );
        Assert.Equal([9, 3], table.Features.shape);
        Assert.Equal([0.5, 1.5, 2.5], table.Features[4].data<double>().ToArray());
        Assert.Contains(table.Notes, note => note.Contains("column 1 numbers the samples", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a,b,c,label\n", "0.5,1.5,2.5,{0}\n", "column 4 ('label') is no feature")]
    [InlineData("a,b,c,Class\n", "0.5,1.5,2.5,cat{0}\n", "'cat0' is no number (column 4); ids, names and labels are no features")]
    [InlineData("", "0.5,1.5,2.5,{0}\n", "column 4 holds whole numbers where all others have decimals")]
    [InlineData("", "img{0}.png,1.5,2.5\n", "'img1.png' is no number")]
    [InlineData("a,b,c,d\n", "0.5,1.5,2.5,9{0}\n", "column 4 holds whole numbers")]
    [InlineData("", "0.5,,2.5,3.5\n", "a value is missing")]
    [InlineData("a,b\n", "0.5,NA\n", "'NA' is no number (column 2); a sample without all of its features")]
    [InlineData("", "1.5;\"2,5\"\n", "decimals follow a point")]
    [InlineData("a\tb\n", "1,5\t2,5\n", "decimals follow a point")]
    [InlineData("Exported today\n", "0.5,1.5\n", "each sample needs all features")]
    [InlineData("0.5,x,1.25\n", "0.5,1.5,2.5\n", "'x' beside numbers")]
    [InlineData("NA,1,2\n", "0.5,1.5,2.5\n", "'NA' beside numbers")]
    [InlineData("0,1\n", "2,3\n", "Say --header or --no-header")]
    [InlineData("0\n", "2\n", "Say --header or --no-header")]
    [InlineData("3,7\n", "2.5,3.5\n", "Say --header or --no-header")]
    [InlineData("a,b\n0.5,1.5\na,b\n", "0.5,1.5\n", "repeats line 1")]
    [InlineData("0,1,2\n0.5,1.5,2.5\n0,1,2\n", "0.5,1.5,2.5\n", "line 3: repeats the names")]
    [InlineData("0.5,1.5,\n", "0.5,1.5,2.5\n", "")]
    [InlineData("a,b\n0.5,1.5,\n", "0.5,1.5\n", "")]
    [InlineData("", "\0\n", "expected a CSV in UTF-8")]
    [InlineData("a,b\n", "", "holds no numbers")]
    public void What_could_be_taken_for_a_feature_or_a_sample_is_refused(string heading, string row, string why)
    {
        var refused = Assert.Throws<FeatureFileException>(() =>
            Read(heading + string.Concat(Enumerable.Range(0, 9).Select(i => string.Format(null, row, i))))
        );
        Assert.StartsWith(folder.At("a.csv"), refused.Message, StringComparison.Ordinal);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_user_has_the_last_word_on_the_first_line()
    {
        Assert.Equal([2, 3], Read("0,1,2\n0.5,1.5,2.5\n", hasHeader: false).Features.shape);
        Assert.Equal([1, 3], Read("7.5,1.5,2.25\n0.5,1.5,2.5\n", hasHeader: true).Features.shape);
        Assert.Contains(
            "--header takes the line",
            Assert.Throws<FeatureFileException>(() => Read("a,b\n1.5,2.5\n", hasHeader: false)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Features_that_look_like_none_of_that_stay_as_they_are()
    {
        Assert.Empty(Read("1,2\n3,4\n").Notes);
        Assert.Empty(Read("0.5\n1\n0\n").Notes);
        Assert.Empty(Read("0.25,0,0\n0,0,1.5\n0,3,0\n0,0,0\n1,0,0.5\n").Notes);
        Assert.Equal([2, 2], Read("0.5,1.5,\n2.5,3.5,\n").Features.shape);
        Assert.Equal([2, 2], Read("sep=;\n0.5;1.5\n2.5;3.5\n").Features.shape);
        Assert.Equal([double.NaN, double.PositiveInfinity], Read("nan,INF\n1,2\n").Features[0].data<double>().ToArray());
    }

    FeatureTable Read(string text, bool? hasHeader = null)
    {
        File.WriteAllBytes(folder.At("a.csv"), Encoding.UTF8.GetBytes(text));
        return FeatureFile.Read(folder.At("a.csv"), hasHeader);
    }
}
