using System.Text.RegularExpressions;
using Orchestrator.Sweeps.Search;

namespace Orchestrator.Sweeps.Tests.SweepFiles;

/// <summary>The examples of docs/sweep-file.md.</summary>
public sealed class SweepFilePageSpecs
{
    static readonly string[] Examples =
    [
        .. Regex
            .Matches(SweepTexts.Shipped("sweep-file.md"), "```yaml\n(.*?)```", RegexOptions.Singleline)
            .Select(match => match.Groups[1].Value),
    ];

    [Fact]
    public void The_file_with_all_defaults_is_the_shortest_file() =>
        Assert.Equal(SweepTexts.Parse(Examples[0]).ToJson(), SweepTexts.Parse(Examples[1]).ToJson());

    [Fact]
    public void The_examples_of_parameters_are_as_many_trials_as_the_page_says() =>
        Assert.Equal(
            [4, 5, 6, long.MaxValue, 6, long.MaxValue, long.MaxValue],
            Examples.Skip(2).Select(example => GridSearch.Count(SweepTexts.Parse(SweepTexts.Head + example)))
        );

    [Fact]
    public void The_example_of_conditions_has_as_many_trials_as_the_page_says() =>
        Assert.Equal(5, GridSearch.Enumerate(SweepTexts.Parse(SweepTexts.Head + Examples[6])).Count());
}
