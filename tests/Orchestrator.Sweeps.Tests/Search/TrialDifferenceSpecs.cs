using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tests.Search;

public sealed class TrialDifferenceSpecs
{
    static readonly TrialSpec Trial = new(
        "digits",
        7,
        Threads: 1,
        Device: "cpu",
        TrialSettings.Default.With(("base.distribution", "von-mises-fisher"), ("base.kappa", "1d"), ("training.learning_rate", "0.003"))
    );

    [Fact]
    public void The_same_trial_has_no_differences()
    {
        var same = Trial with { Settings = new(Trial.Settings.Values.Remove("flow.levels").Add("flow.levels", "2")) };
        Assert.Empty(TrialDifference.Between(Trial, same));
        Assert.Equal(Trial, same);
        Assert.Equal(Trial.GetHashCode(), same.GetHashCode());
    }

    [Fact]
    public void Each_setting_that_differs_is_a_line_of_path_old_and_new()
    {
        Check(Trial with { Dataset = "mnist" }, "dataset: digits → mnist");
        Check(Trial with { Seed = 8 }, "seed of the trial: 7 → 8");
        Check(With(("flow.levels", "3")), "flow.levels: 2 → 3");
        Check(With(("flow.architecture", "realnvp")), "flow.architecture: glow → realnvp", "flow.mixing: lu → nothing");
        Check(
            With(("base.distribution", "gaussian")),
            "base.concentration: fixed → nothing",
            "base.distribution: von-mises-fisher → gaussian",
            "base.kappa: 1d → nothing"
        );
        Check(With(("base.kappa", "200")), "base.kappa: 1d → 200");
        Check(
            With(("training.learning_rate", "0.5"), ("training.optimizer", "adamw")),
            "training.learning_rate: 0.003 → 0.5",
            "training.optimizer: adam → adamw",
            "training.weight_decay: nothing → 0.01"
        );
        Check(Trial with { Threads = 2 }, "resources.threads: 1 → 2");
        Check(Trial with { Device = "auto" }, "resources.device: cpu → auto");
    }

    [Fact]
    public void What_only_another_version_knows_is_a_difference_too() =>
        Check(With(("flow.dropout", "0.1")), "flow.dropout: nothing → 0.1");

    static TrialSpec With(params (string Path, string Text)[] changes) => Trial with { Settings = Trial.Settings.With(changes) };

    static void Check(TrialSpec changed, params string[] lines)
    {
        Assert.Equal(lines, TrialDifference.Between(Trial, changed));
        Assert.NotEqual(Trial, changed);
    }
}
