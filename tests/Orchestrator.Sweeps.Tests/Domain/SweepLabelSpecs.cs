using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>Tags and notes.</summary>
public sealed class SweepLabelSpecs
{
    [Fact]
    public void Tags_are_given_and_taken_away_once_in_order_and_also_of_a_sweep_that_is_over()
    {
        var domain = SweepDomain.WithTrials(1);
        domain.Do(new TagSweep(["paper", "baseline-v2"], []));
        Assert.Equal(Decision.Nothing, domain.Do(new TagSweep(["paper"], ["never-there"])));
        domain.FinishTraining(domain.Train());
        domain.End(domain.Evaluate(), Orchestrator.Sweeps.Tasks.AttemptCause.Done);
        Assert.True(domain.Sweep.IsOver);
        domain.Do(new TagSweep(["a.b_c"], ["paper"]));
        Assert.Equal(["a.b_c", "baseline-v2"], domain.Sweep.Tags);
        Assert.Empty(domain.Replayed().Differences);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Paper")]
    [InlineData("two words")]
    [InlineData("-first")]
    [InlineData("new\nline")]
    public void A_tag_of_another_form_is_refused_with_the_form(string tag)
    {
        var refused = SweepDomain.WithTrials(1).Do(new TagSweep(["fine", tag], []));
        Assert.StartsWith("tag: expected 1 to 40 characters of a-z", refused.Refusal, StringComparison.Ordinal);
        Assert.Empty(refused.Events);
    }

    [Fact]
    public void A_sweep_has_at_most_twenty_tags_of_forty_characters()
    {
        var domain = SweepDomain.WithTrials(1);
        domain.Do(new TagSweep([.. Enumerable.Range(1, 20).Select(number => $"t{number}")], []));
        Assert.Equal("tag: a sweep has at most 20, and would have 21", domain.Do(new TagSweep(["t21"], [])).Refusal);
        Assert.Null(domain.Do(new TagSweep(["t21"], ["t1"])).Refusal);
        Assert.Null(domain.Do(new TagSweep([new string('x', 40)], ["t2"])).Refusal);
        Assert.NotNull(domain.Do(new TagSweep([new string('x', 41)], ["t3"])).Refusal);
    }

    [Fact]
    public void A_note_stands_in_place_of_the_one_before_and_an_empty_one_takes_it_away()
    {
        var domain = SweepDomain.WithTrials(2);
        domain.Do(new WriteNote(null, "of the sweep"));
        domain.Do(new WriteNote(2, "draft"));
        domain.Do(new WriteNote(2, "look at\tepoch 3\n→ good"));
        Assert.Equal(Decision.Nothing, domain.Do(new WriteNote(null, "of the sweep")));
        Assert.Equal(
            ("of the sweep", "", "look at\tepoch 3\n→ good"),
            (domain.Sweep.Note, domain.Sweep.Trial(1).Note, domain.Sweep.Trial(2).Note)
        );
        domain.Do(new WriteNote(null, ""));
        Assert.Equal(Decision.Nothing, domain.Do(new WriteNote(1, "")));
        Assert.Equal("", domain.Sweep.Note);
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void A_note_that_is_too_long_obeyed_by_a_terminal_or_of_no_trial_is_refused()
    {
        var domain = SweepDomain.WithTrials(2);
        Assert.Null(domain.Do(new WriteNote(1, new string('x', 2000))).Refusal);
        Assert.Contains(
            "at most 2000 characters, found 2001",
            domain.Do(new WriteNote(1, new string('x', 2001))).Refusal,
            StringComparison.Ordinal
        );
        Assert.Contains("control characters", domain.Do(new WriteNote(1, "\u001b[2J")).Refusal, StringComparison.Ordinal);
        Assert.Contains("no trial 0003", domain.Do(new WriteNote(3, "x")).Refusal, StringComparison.Ordinal);
    }
}
