using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>Sweeps that come from another sweep.</summary>
public sealed class ForkSpecs
{
    const string Parent = """
        # the parent
        name: parent
        dataset: digits
        seed: 5
        trial: { training: { epochs: 3, learning_rate: 2.0e-3 }, flow.hidden: 32 }
        parameters: { base: [{ distribution: gaussian }, { distribution: dirichlet, alpha: 2 }], replicate: [1, 2] }
        where: [flow.hidden < 64]
        """;

    [Fact]
    public void A_fork_of_a_trial_has_its_settings_and_its_seed_and_begins_at_its_checkpoint()
    {
        var parent = Trained();
        var (text, spec) = ForkFile.Of(parent.Sweep, 4, "fine", Sets("training.epochs=5", "training.learning_rate=[1.0e-4, 1.0e-3]"));

        Assert.StartsWith("name: fine\nfork: {sweep: parent, trial: 4}\ndataset: digits\n", text, StringComparison.Ordinal);
        var (point, fault) = Fork.Of(spec, parent.Sweep);
        Assert.Null(fault);
        Assert.Equal(new ForkPoint("parent", 4, parent.Sweep.Trial(4).Checkpoint!), point);

        var fork = new SweepDomain();
        fork.Do(new SubmitSweep(spec, text) { Fork = point });
        Assert.Equal(2, fork.Sweep.Trials.Count);
        var (before, after) = (parent.Sweep.SpecOf(parent.Sweep.Trial(4)), fork.Sweep.SpecOf(fork.Sweep.Trial(2)));
        Assert.Equal(before.Seed, after.Seed);
        Assert.Equal(before.Settings.With(("training.epochs", "5"), ("training.learning_rate", "0.001")), after.Settings);
        Assert.Equal(point, fork.Sweep.ForkedFrom);
        Assert.Empty(fork.Replayed().Differences);
        // Without having looked there is no checkpoint to go on from, and nothing may begin in its place.
        Assert.Contains("was not looked for", new SweepDomain().Do(new SubmitSweep(spec, text)).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fork_of_a_fork_names_the_newer_one_and_a_fork_of_a_sweep_keeps_its_file()
    {
        var parent = Trained();
        var (text, spec) = ForkFile.Of(parent.Sweep, null, "again", Sets("seed=6", "replicate=[1]"));
        Assert.Equal(("again", 6, 2L), (spec.Name, (int)spec.Seed, (long)GridSearch.Enumerate(spec).Count()));
        Assert.Equal((null, null), Fork.Of(spec, parent.Sweep));
        Assert.Equal(parent.Sweep.Spec.Where, spec.Where);

        var again = new SweepDomain();
        again.Do(new SubmitSweep(spec, text));
        Train(again);
        var second = ForkFile.Of(again.Sweep, 1, "third", Sets("training.epochs=4")).Spec;
        Assert.Equal("trial 0001 of again", second.Fork!.ToString());
    }

    [Fact]
    public void A_search_that_is_forked_knows_what_was_found()
    {
        var parent = SweepDomain.Of(
            "name: parent\ndataset: digits\nsearch: { algorithm: tpe, trials: 3 }\n"
                + "parameters: { training.learning_rate: { log_uniform: [1.0e-4, 1.0e-2] } }"
        );
        Assert.Equal(["parent"], ForkFile.Of(parent.Sweep, null, "again", []).Spec.Search.Prior);
        Assert.True(ForkFile.Of(parent.Sweep, 1, "fine", Sets("training.epochs=20")).Spec.Search.IsGrid);
    }

    [Theory]
    [InlineData("training.epochs=3", "training.epochs: 3, and its checkpoint to begin with has 3: ask for more")]
    [InlineData("training.epochs=[5, 2]", "training.epochs: 2, and its checkpoint")]
    [InlineData("flow.hidden=16", "flow.hidden: is 32 in the checkpoint, and 16 here: its tensors would not fit")]
    [InlineData("base.alpha=[2, 3]", "base.alpha: is 2 in the checkpoint, and 3 here")]
    [InlineData("training.optimizer=adamax", "training.optimizer: is adam in the checkpoint, and adamax here")]
    [InlineData("fork.trial=9", "fork.trial: sweep 'parent' has 4 trials, none of number 9")]
    public void What_does_not_fit_the_checkpoint_is_refused_with_the_reason(string set, string reason)
    {
        var parent = Trained();
        string[] sets = set.StartsWith("training.epochs", StringComparison.Ordinal) ? [set] : ["training.epochs=5", set];
        Assert.StartsWith(
            reason,
            Fork.Of(ForkFile.Of(parent.Sweep, 4, "fine", Sets(sets)).Spec, parent.Sweep).Fault,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Rungs_are_beyond_the_checkpoint()
    {
        var parent = Trained();
        var spec = ForkFile
            .Of(parent.Sweep, 1, "fine", Sets("training.epochs=27", "scheduler.algorithm=asha", "training.learning_rate=[1.0e-4]"))
            .Spec;
        Assert.StartsWith(
            "scheduler.min_epochs: 1, and every trial begins with 3",
            Fork.Of(spec, parent.Sweep).Fault,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_trial_that_trains_or_has_not_yet_trained_is_not_forked()
    {
        var parent = SweepDomain.Of(Parent);
        var spec = ForkFile.Of(parent.Sweep, 1, "fine", Sets("training.epochs=5")).Spec;
        Assert.EndsWith("has no checkpoint yet", Fork.Of(spec, parent.Sweep).Fault, StringComparison.Ordinal);
        parent.Train();
        Assert.EndsWith("pause its sweep first, or wait", Fork.Of(spec, parent.Sweep).Fault, StringComparison.Ordinal);
        Assert.Contains("there is no sweep named 'parent'", Fork.Of(spec, null).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("flw.hidden=3", "flw.hidden: no such setting; did you mean 'flow.hidden'?")]
    [InlineData("seed=[", "seed: expected a value, or a list of values as [1, 2], found '['")]
    [InlineData("seed=&a 3", "seed: expected a value")]
    [InlineData("seed=1\nname: other", "seed: expected a value")]
    [InlineData("base.alpha=3", "base.alpha: parameters of the sweep file set it")]
    public void What_is_no_setting_or_would_change_nothing_is_told(string set, string reason)
    {
        var parent = SweepDomain.Of(Parent);
        Assert.StartsWith(
            reason,
            Assert.Throws<ForkFileException>(() => ForkFile.Of(parent.Sweep, null, "again", Sets(set))).Message,
            StringComparison.Ordinal
        );
    }

    static List<KeyValuePair<string, string>> Sets(params string[] sets) =>
        [.. sets.Select(one => one.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1]))];

    static SweepDomain Trained()
    {
        var domain = SweepDomain.Of(Parent);
        Train(domain);
        return domain;
    }

    static void Train(SweepDomain domain)
    {
        while (domain.Grant(WorkKind.Training) is { } lease)
        {
            foreach (var epoch in Enumerable.Range(1, 3))
                domain.Do(new ReportEpoch(lease.Token, epoch, SweepDomain.Epoch(epoch)));
            domain.Do(new ReportCheckpoint(lease.Token, 4, SweepDomain.Checkpoint(3, final: true)));
            domain.End(lease, AttemptCause.Done);
        }
    }
}
