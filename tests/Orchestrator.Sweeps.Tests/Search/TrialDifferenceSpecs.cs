using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tests.Search;

public sealed class TrialDifferenceSpecs
{
    static readonly TrialSpec Trial = new(
        "digits",
        7,
        new FlowSpec("glow", 2, 1, 8),
        new BaseSpec("von-mises-fisher", Kappa: new Kappa(1, true)),
        new TrainingSpec(4, 16, 3e-3, 1.5, 1, 0.9, "float32"),
        1,
        "cpu"
    );

    [Fact]
    public void The_same_trial_has_no_differences() =>
        Assert.Empty(TrialDifference.Between(Trial, Trial with { Flow = new FlowSpec("glow", 2, 1, 8) }));

    [Fact]
    public void Each_setting_that_differs_is_a_line_of_path_old_and_new()
    {
        Check(Trial with { Dataset = "mnist" }, "dataset: digits → mnist");
        Check(Trial with { Seed = 8 }, "seed of the trial: 7 → 8");
        Check(Trial with { Flow = Trial.Flow with { Architecture = "realnvp" } }, "flow.architecture: glow → realnvp");
        Check(Trial with { Flow = Trial.Flow with { Architecture = "glow(coupling=spline)" } }, "flow.coupling: affine → spline");
        Check(Trial with { Flow = Trial.Flow with { Levels = 3 } }, "flow.levels: 2 → 3");
        Check(Trial with { Flow = Trial.Flow with { Steps = 3 } }, "flow.steps: 1 → 3");
        Check(Trial with { Flow = Trial.Flow with { Hidden = 3 } }, "flow.hidden: 8 → 3");
        Check(Trial with { Base = new BaseSpec("gaussian") }, "base.distribution: von-mises-fisher → gaussian", "base.kappa: 1d → nothing");
        Check(Trial with { Base = Trial.Base with { Kappa = new Kappa(200, false) } }, "base.kappa: 1d → 200");
        Check(
            Trial with
            {
                Base = Trial.Base with { Distribution = "von-mises-fisher(concentration=learned)" },
            },
            "base.concentration: fixed → learned"
        );
        Check(Trial with { Training = Trial.Training with { Epochs = 5 } }, "training.epochs: 4 → 5");
        Check(Trial with { Training = Trial.Training with { BatchSize = 5 } }, "training.batch_size: 16 → 5");
        Check(Trial with { Training = Trial.Training with { LearningRate = 0.5 } }, "training.learning_rate: 0.003 → 0.5");
        Check(Trial with { Training = Trial.Training with { WarmupEpochs = 0 } }, "training.warmup_epochs: 1.5 → 0");
        Check(Trial with { Training = Trial.Training with { GradientClip = 2 } }, "training.gradient_clip: 1 → 2");
        Check(Trial with { Training = Trial.Training with { Ema = 0 } }, "training.ema: 0.9 → 0");
        Check(
            Trial with
            {
                Training = Trial.Training with { Precision = "float32(optimizer=adamw,schedule=cosine)" },
            },
            "training.optimizer: adam → adamw",
            "training.schedule: constant → cosine"
        );
        Check(Trial with { Threads = 2 }, "resources.threads: 1 → 2");
        Check(Trial with { Device = "auto" }, "resources.device: cpu → auto");
    }

    [Fact]
    public void What_only_another_version_knows_is_a_difference_too() =>
        Assert.Equal(
            ["a setting that this version does not know"],
            TrialDifference.Between(Trial with { Flow = Trial.Flow with { Architecture = "glow(dropout=0.1)" } }, Trial)
        );

    static void Check(TrialSpec changed, params string[] lines) => Assert.Equal(lines, TrialDifference.Between(Trial, changed));
}
