using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Sweeps.Tests.Scheduling;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>Every decision of a journal made again; that any interleaving of a sweep replays is said beside its other invariants.</summary>
public sealed class SweepReplaySpecs
{
    [Theory]
    [InlineData("grid", "asha, mode: promote")]
    [InlineData("grid", "asha, mode: stop")]
    [InlineData("random", "hyperband")]
    [InlineData("sobol", "median")]
    [InlineData("tpe", "asha")]
    [InlineData("tpe", "none")]
    public void What_scheduler_and_search_decided_is_decided_again(string search, string scheduler)
    {
        var sweep = Run(search, scheduler);

        var replay = sweep.Domain.Replayed();

        Assert.Empty(replay.Differences);
        Assert.Equal((sweep.Domain.Journal.Count, SweepStatus.Completed), (replay.Events, replay.State!.Status));
        Assert.Equal(1, replay.Decisions["submit_sweep"]);
        Assert.Equal(sweep.Domain.Journal.OfType<EpochReported>().Count(), replay.Decisions["report_epoch"]);
        Assert.True(replay.Decisions["grant_lease"] >= 24);
    }

    [Fact]
    public void A_journal_that_is_cut_anywhere_replays_as_far_as_it_goes()
    {
        var journal = Run("random", "asha").Domain.Journal;

        Assert.All(Enumerable.Range(1, journal.Count), length => Assert.Empty(SweepDomain.Replayed(journal.Take(length)).Differences));
    }

    [Fact]
    public void A_draw_that_the_search_would_not_give_is_told_with_its_event()
    {
        var journal = Run("tpe", "asha").Domain.Journal.ToList();
        var at = journal.FindLastIndex(fact => fact is TrialAdded);
        var drawn = (TrialAdded)journal[at];
        journal[at] = drawn with { Parameters = drawn.Parameters.SetItem("training.learning_rate", "0.5") };

        var difference = Assert.Single(SweepDomain.Replayed(journal).Differences);

        Assert.Equal(at + 1, difference.Event);
        Assert.Contains("\"training.learning_rate\":\"0.5\"", difference.Recorded, StringComparison.Ordinal);
        Assert.Contains(
            $"\"training.learning_rate\":\"{drawn.Parameters["training.learning_rate"]}\"",
            difference.Decided,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_promotion_of_another_configuration_is_told()
    {
        var journal = Run("grid", "asha").Domain.Journal.ToList();
        var at = journal.FindIndex(fact => fact is ConfigurationPromoted);
        var promoted = (ConfigurationPromoted)journal[at];
        var other = journal.Take(at).OfType<TrialPaused>().First(paused => paused.Trial != promoted.Configuration).Trial;
        journal[at] = promoted with { Configuration = other };

        var first = SweepDomain.Replayed(journal.Take(at + 2)).Differences[0];

        Assert.Equal(at + 1, first.Event);
        Assert.StartsWith("configuration_promoted", first.Recorded, StringComparison.Ordinal);
        Assert.Contains($"\"configuration\":{promoted.Configuration},", first.Decided, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trial_that_the_scheduler_would_not_have_given_up_is_told()
    {
        var journal = Run("grid", "asha, mode: stop").Domain.Journal.ToList();
        var at = journal.FindIndex(fact => fact is TrialPruned);
        // The report before it is the best that there was.
        var reported = (EpochReported)journal[at - 1];
        journal[at - 1] = reported with { Report = reported.Report with { ValidationBitsPerDim = 0.1 } };

        var first = SweepDomain.Replayed(journal).Differences[0];

        Assert.Equal((at + 1, (string?)null), (first.Event, first.Decided));
        Assert.StartsWith("trial_pruned", first.Recorded, StringComparison.Ordinal);
    }

    [Fact]
    public void What_should_have_followed_and_is_not_there_is_told()
    {
        var journal = Run("grid", "asha, mode: stop").Domain.Journal.ToList();
        var at = journal.FindIndex(fact => fact is TrialPruned);
        journal.RemoveAt(at);

        var first = SweepDomain.Replayed(journal.Take(at + 1)).Differences[0];

        Assert.Null(first.Recorded);
        Assert.StartsWith("trial_pruned", first.Decided, StringComparison.Ordinal);
    }

    [Fact]
    public void What_somebody_asked_for_replays_too()
    {
        var domain = SweepDomain.WithTrials(3, "retries: { crash: 0 }");
        domain.Do(domain.Again("d1"));
        domain.End(domain.Train(), AttemptCause.Crash);
        domain.Do(new PauseSweep());
        domain.Do(new ResumeSweep());
        domain.Do(new RetryTrials([]));
        var lease = domain.Train();
        domain.Do(new StopSweep());
        domain.End(lease, AttemptCause.Interrupted);

        var replay = domain.Replayed();

        Assert.Empty(replay.Differences);
        Assert.Equal(
            "end_lease=2 grant_lease=2 pause_sweep=1 resume_sweep=1 retry_trials=1 stop_sweep=1 submit_sweep=2",
            string.Join(' ', replay.Decisions.Select(decision => $"{decision.Key}={decision.Value}"))
        );
    }

    static ScheduledSweep Run(string search, string scheduler)
    {
        var space =
            search == "grid"
                ? "flow.steps: [1, 2, 3, 4, 5, 6, 7, 8], flow.levels: [1, 2, 3]"
                : "training.learning_rate: { log_uniform: [1e-4, 1e-2] }";
        var sweep = ScheduledSweep.Of(
            $$"""
            name: test
            dataset: digits
            trial: { training.epochs: 9 }
            parameters: { {{space}} }
            search: { algorithm: {{search}}{{(search == "grid" ? "" : ", trials: 24")}} }
            scheduler: { algorithm: {{scheduler}} }
            """,
            3,
            (trial, epoch) => 4 - (trial * 7 % 24 / 24.0) - epoch / 100.0
        );
        sweep.RunToTheEnd();
        return sweep;
    }
}
