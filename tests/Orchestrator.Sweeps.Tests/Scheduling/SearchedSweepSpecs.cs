using System.Collections.Immutable;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Scheduling;

/// <summary>Sweeps whose trials are drawn while they run, in the pure domain.</summary>
public sealed class SearchedSweepSpecs
{
    [Theory]
    [InlineData("random")]
    [InlineData("sobol")]
    [InlineData("tpe")]
    public void A_search_draws_a_configuration_when_a_slot_is_free_and_ends_with_the_last(string algorithm)
    {
        var sweep = ScheduledSweep.Of(Yaml(algorithm, 15), 3, Bits);
        Assert.Single(sweep.Domain.Sweep.Trials);
        sweep.RunToTheEnd();

        var state = sweep.Domain.Sweep;
        Assert.Equal((SweepStatus.Completed, 15), (state.Status, state.Count(TrialStatus.Completed)));
        Assert.Equal(15, state.Trials.Select(trial => trial.Parameters["training.learning_rate"]).Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 15), sweep.Domain.Journal.OfType<TrialAdded>().Select(added => added.Point!.Value));
    }

    [Fact]
    public void Replicates_of_a_configuration_come_together()
    {
        var sweep = ScheduledSweep.Of(Yaml("random", 3, ", replicate: [1, 2]"), 2, Bits);
        sweep.RunToTheEnd();

        var trials = sweep.Domain.Sweep.Trials;
        Assert.Equal(["1", "2", "1", "2", "1", "2"], trials.Select(trial => trial.Parameters["replicate"]));
        Assert.Equal(3, trials.Select(trial => trial.Parameters["training.learning_rate"]).Distinct().Count());
    }

    [Fact]
    public void A_space_that_is_used_up_ends_the_search()
    {
        var sweep = ScheduledSweep.Of(
            "name: test\ndataset: digits\nsearch: { algorithm: random, trials: 10 }\nparameters: { flow.steps: { int_uniform: [1, 3] } }",
            2,
            Bits
        );
        sweep.RunToTheEnd();

        Assert.Equal((SweepStatus.Completed, 3), (sweep.Domain.Sweep.Status, sweep.Domain.Sweep.Trials.Count));
        Assert.Single(sweep.Domain.Journal.OfType<SearchExhausted>());
    }

    [Fact]
    public void A_configuration_that_is_none_is_replaced()
    {
        var sweep = ScheduledSweep.Of(Yaml("random", 3), 1, Bits);
        sweep.Domain.Fail(sweep.Domain.Train(), AttemptCause.BadSpec, "no such thing");
        sweep.RunToTheEnd();

        Assert.Equal([TrialStatus.Failed, .. Enumerable.Repeat(TrialStatus.Completed, 3)], sweep.Domain.Sweep.Trials.Select(t => t.Status));
    }

    [Fact]
    public void A_sweep_that_somebody_stopped_draws_no_more_even_when_a_failed_trial_is_tried_again()
    {
        var sweep = ScheduledSweep.Of(Yaml("random", 5, more: "retries: { crash: 0 }"), 1, Bits);
        sweep.Domain.Fail(sweep.Domain.Train(), AttemptCause.Crash, "boom");
        var second = sweep.Domain.Train();
        sweep.Domain.Do(new StopSweep());
        sweep.Domain.End(second, AttemptCause.Interrupted);
        sweep.Domain.Do(new RetryTrials([1]));
        sweep.RunToTheEnd();

        Assert.Equal((2, SweepStatus.Stopped), (sweep.Domain.Sweep.Trials.Count, sweep.Domain.Sweep.Status));
    }

    [Fact]
    public void A_search_that_knows_another_sweep_draws_by_it_from_the_start()
    {
        var other = ScheduledSweep.Of(Yaml("random", 20), 2, (trial, _) => trial);
        other.RunToTheEnd();
        var spec = SweepFile.Parse(Yaml("tpe", 5), "x.yaml");
        var prior = Prior.Of(spec, other.Domain.Sweep).ToImmutableArray();
        Assert.Equal((20, 1.0), (prior.Length, prior[0].Value));
        Assert.Equal(other.Domain.Sweep.Trial(1).Parameters, prior[0].Settings);

        Decision Submit(ImmutableArray<PriorObservation> known) =>
            SweepDecider.Decide(null, new SubmitSweep(spec, "") { Prior = known }, DateTimeOffset.UnixEpoch);
        var decided = Submit(prior).Events;
        Assert.Equal(20, Assert.Single(decided.OfType<PriorRecorded>()).Observations.Length);
        Assert.NotEqual(
            Submit([]).Events.OfType<TrialAdded>().Single().Parameters["training.learning_rate"],
            decided.OfType<TrialAdded>().Single().Parameters["training.learning_rate"]
        );
        var replayed = SweepReplay.Of(
            decided.Select((fact, index) => (index + 1L, fact)),
            (state, _, fact) => SweepState.Apply(state, fact)
        );
        Assert.Empty(replayed.Differences);
    }

    /// <summary>A coordinator that dies after any event goes on as the one that lived.</summary>
    [Fact]
    public void A_state_that_is_replayed_draws_what_the_one_that_lived_draws()
    {
        var lived = ScheduledSweep.Of(Yaml("tpe", 20, more: "scheduler: { algorithm: asha, max_epochs: 9 }"), 3, Bits);
        lived.RunToTheEnd();
        var journal = lived.Domain.Journal;
        Assert.True(journal.Count > 150, $"{journal.Count} events");
        SweepState? live = null;
        for (var kept = 1; kept <= journal.Count; kept++)
        {
            live = SweepState.Apply(live, journal[kept - 1]);
            var replayed = journal.Take(kept).Aggregate((SweepState?)null, SweepState.Apply)!;
            var ask = new GrantLease("n9", 9, WorkKind.Training);
            Assert.Equal(
                Json(SweepDecider.Decide(live, ask, DateTimeOffset.UnixEpoch)),
                Json(SweepDecider.Decide(replayed, ask, DateTimeOffset.UnixEpoch))
            );
        }
    }

    static string Json(Decision decision) =>
        string.Join(
            "\n",
            decision.Events.Select(fact => System.Text.Json.JsonSerializer.Serialize(fact, fact.GetType(), OrchestratorJson.Compact))
        );

    static double Bits(int trial, int epoch) => 2 + Seed.Derive(trial, "bits") % 1000 / 1000.0 - epoch / 1000.0;

    static string Yaml(string algorithm, int trials, string parameters = "", string more = "") =>
        $$"""
            name: test
            dataset: digits
            search: { algorithm: {{algorithm}}, trials: {{trials}} }
            parameters: { training.learning_rate: { log_uniform: [1e-4, 1e-2] }{{parameters}} }
            {{more}}
            """;
}
