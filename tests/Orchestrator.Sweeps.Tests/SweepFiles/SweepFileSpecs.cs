using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Tests.SweepFiles;

public sealed class SweepFileSpecs
{
    [Fact]
    public void Every_value_of_a_full_file_arrives()
    {
        var spec = SweepTexts.Parse(SweepTexts.Full);

        Assert.Equal(("fashion-bases", "fashion-mnist", 7L), (spec.Name, spec.Dataset, spec.Seed));
        Assert.Equal("grid", spec.Search.Algorithm);
        Assert.Equal(("domain", 500, new KidSpec(10, 100)), (spec.Evaluation.Features, spec.Evaluation.Samples, spec.Evaluation.Kid));
        Assert.Equal((20, 5), (spec.Evaluation.Interpolation.Pairs, spec.Evaluation.Interpolation.Points));
        Assert.Equal(["linear", "slerp"], spec.Evaluation.Interpolation.Schemes);
        Assert.Equal(new ResourceSpec("cuda:1", 2, 0.5), spec.Resources);
        Assert.Equal(new RetrySpec(4, 2, 0), spec.Retries);
        Assert.Equal(new RetentionSpec(2, 0, 50L << 30), spec.Retention);
        Assert.Equal(
            TrialSettings
                .Default.With(
                    ("flow.levels", "3"),
                    ("flow.steps", "9"),
                    ("flow.hidden", "65"),
                    ("base.distribution", "von-mises-fisher"),
                    ("base.kappa", "1.5d"),
                    ("training.epochs", "11"),
                    ("training.batch_size", "129"),
                    ("training.learning_rate", "0.01"),
                    ("training.warmup_epochs", "0.5"),
                    ("training.gradient_clip", "2"),
                    ("training.ema", "0.5")
                )
                .Values,
            spec.Trial
        );
        Assert.Equal(["base", "replicate", "training.learning_rate"], spec.Space.Parameters.Select(parameter => parameter.Path));
    }

    [Fact]
    public void A_file_may_say_nothing_but_its_name_and_data_set()
    {
        var spec = SweepTexts.Parse(SweepTexts.Head);

        Assert.Equal(0, spec.Seed);
        Assert.Equal(new RetrySpec(3, 1, 1), spec.Retries);
        Assert.Equal(new RetentionSpec(1, 1, null), spec.Retention);
        Assert.Equal(new ResourceSpec("auto", 1, 1), spec.Resources);
        Assert.Equal(["auto"], spec.Evaluation.Interpolation.Schemes);
        var trial = TrialFactory.Create(spec, Assert.Single(GridSearch.Enumerate(spec)));
        Assert.Equal(TrialSettings.Default, trial.Settings);
    }

    [Fact]
    public void Every_setting_arrives()
    {
        var spec = SweepTexts.Parse(
            SweepTexts.Head
                + """
                trial:
                  flow: { architecture: glow, levels: 3, steps: 4, hidden: 32, coupling: spline, mixing: permutation }
                  base: { distribution: dirichlet, alpha: 2, concentration: learned }
                  training: { epochs: 5, batch_size: 32, learning_rate: 0.01, warmup_epochs: 1.5, gradient_clip: 10, ema: 0.5, precision: float32, accumulate: 4, recompute: true, optimizer: adamw, weight_decay: 0.05, schedule: step, decay_epochs: 2.5, decay_factor: 0.5 }
                """
        );
        var trial = TrialFactory.Create(spec, Assert.Single(GridSearch.Enumerate(spec)));

        var (flow, @base, training) = (trial.Settings.Flow, trial.Settings.Base, trial.Settings.Training);
        Assert.Equal(("glow", 3, 4, 32), (flow.Architecture, flow.Levels, flow.Steps, flow.Hidden));
        Assert.Equal(("spline", "permutation"), (flow.Coupling, flow.Mixing));
        Assert.Equal(("dirichlet", 2.0, null, true), (@base.Distribution, @base.Alpha, @base.Kappa, @base.IsLearned));
        Assert.Equal((5, 32, 0.01, 1.5), (training.Epochs, training.BatchSize, training.LearningRate, training.WarmupEpochs));
        Assert.Equal((10.0, 0.5, "float32"), (training.GradientClip, training.Ema, training.Precision));
        Assert.Equal((4, true), (training.Accumulate, training.Recompute));
        Assert.Equal(("adamw", 0.05), (training.Optimizer, training.WeightDecay));
        Assert.Equal(("step", 2.5, 0.5), (training.Schedule, training.DecayEpochs, training.DecayFactor));
    }

    [Fact]
    public void A_setting_at_its_default_is_the_same_said_or_not()
    {
        var said = SweepTexts.Parse(
            SweepTexts.Head
                + "trial: { flow: { coupling: affine, mixing: lu }, training: { accumulate: 1, optimizer: adam, schedule: constant } }"
        );

        Assert.Equal(SweepTexts.Parse(SweepTexts.Head).ToJson(), said.ToJson());
    }

    [Fact]
    public void A_trial_shows_the_default_of_a_swept_setting_where_it_says_nothing()
    {
        var spec = SweepTexts.Parse(
            SweepTexts.Head + "parameters:\n  trial:\n  - {}\n  - { flow.architecture: realnvp }\n  - { flow.mixing: permutation }\n"
        );

        Assert.Equal(
            ["flow.architecture=glow flow.mixing=lu", "flow.architecture=realnvp", "flow.architecture=glow flow.mixing=permutation"],
            GridSearch.Enumerate(spec).Select(trial => string.Join(' ', trial.Select(field => $"{field.Key}={field.Value}")))
        );
    }

    [Fact]
    public void What_belongs_to_another_choice_goes_away_with_it()
    {
        var spec = SweepTexts.Parse(
            SweepTexts.Head
                + "trial: { flow: { mixing: permutation }, training: { optimizer: adamw, weight_decay: 0.1 } }\nparameters:\n  "
                + "flow.architecture: [realnvp]\n  training.optimizer: [adamax]\n"
        );
        var trial = TrialFactory.Create(spec, GridSearch.Enumerate(spec).Single());

        Assert.Equal(TrialSettings.Default.With(("flow.architecture", "realnvp"), ("training.optimizer", "adamax")), trial.Settings);
    }

    [Fact]
    public void Ways_to_write_the_same_file_give_the_same_spec()
    {
        var nested = SweepTexts.Parse(
            SweepTexts.Head + "trial: { training: { learning_rate: 1e-3 } }\nparameters:\n  base.distribution: [gaussian]\n"
        );
        var dotted = SweepTexts.Parse(
            SweepTexts.Head + "trial:\n  training.learning_rate: 0.00100\nparameters: { base.distribution: { choice: ['gaussian'] } }\n"
        );

        Assert.Equal(nested.ToJson(), dotted.ToJson());
    }

    [Fact]
    public void A_number_arrives_to_its_last_digit()
    {
        var spec = SweepTexts.Parse(SweepTexts.Head + "trial: { training: { learning_rate: 0.12345678901234566 } }");

        Assert.Equal(0.12345678901234566, TrialFactory.Create(spec, GridSearch.Enumerate(spec).Single()).Settings.Training.LearningRate);
    }

    [Theory]
    [InlineData("idx:/data/letters")]
    [InlineData("mnist")]
    [InlineData("kmnist")]
    [InlineData("cifar10")]
    public void A_data_set_is_a_name_or_a_folder_of_idx_files(string dataset) =>
        Assert.Equal(dataset, SweepTexts.Parse($"name: a\ndataset: {dataset}\n").Dataset);

    [Theory]
    [InlineData("1B", 1L)]
    [InlineData("3 KiB", 3L << 10)]
    [InlineData("1.5MiB", 3L << 19)]
    [InlineData("50GiB", 50L << 30)]
    [InlineData("2TiB", 2L << 40)]
    public void A_budget_is_a_number_with_a_unit(string text, long bytes) =>
        Assert.Equal(bytes, SweepTexts.Parse(SweepTexts.Head + $"retention: {{ budget: {text} }}").Retention.BudgetBytes);

    [Theory]
    [InlineData("50")]
    [InlineData("50GB")]
    [InlineData("0B")]
    [InlineData("0.1B")]
    [InlineData("-1GiB")]
    [InlineData("GiB")]
    [InlineData("9999999999TiB")]
    public void A_budget_without_a_unit_or_worth_is_refused(string text) =>
        Assert.StartsWith(
            "x.yaml:3:22: retention.budget: expected a size with its unit",
            Assert.Single(SweepTexts.Problems(SweepTexts.Head + $"retention: {{ budget: {text} }}"))
        );

    [Fact]
    public void Every_shipped_sweep_can_be_read() =>
        Assert.All(
            SweepTexts.ShippedNames.Select(name => SweepTexts.Parse(SweepTexts.Shipped(name))),
            spec => Assert.True(spec.Search.Trials > 0 || GridSearch.Enumerate(spec).Any())
        );

    [Fact]
    public void The_digits_sweep_is_the_six_trials_of_the_readme()
    {
        var spec = SweepTexts.Parse(SweepTexts.Shipped("digits.yaml"));
        var trials = GridSearch.Enumerate(spec).Select(assignment => TrialFactory.Create(spec, assignment)).ToList();

        Assert.Equal(
            ["gaussian", "dirichlet 2", "von-mises-fisher 1d", "von-mises-fisher 1.5d", "von-mises-fisher 2d", "gaussian"],
            trials.Select(trial => trial.Settings.Base).Select(@base => $"{@base.Distribution} {@base.Alpha}{@base.Kappa}".TrimEnd())
        );
        var rates = trials.Select(trial => trial.Settings.Training.LearningRate).ToList();
        Assert.Single(rates.Take(5).Distinct());
        Assert.NotEqual(rates[0], rates[5]);
        Assert.Equal(["training.learning_rate"], TrialDifference.Between(trials[0], trials[5]).Select(line => line.Split(':')[0]));
    }
}
