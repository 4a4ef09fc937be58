using System.Collections.Immutable;
using CsCheck;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tests.SweepFiles;

namespace Orchestrator.Sweeps.Tests.Search;

public sealed class TrialFactorySpecs
{
    static readonly SweepSpec Full = SweepTexts.Parse(SweepTexts.Full);

    [Fact]
    public void A_trial_is_the_template_with_its_parameters_over_it() =>
        Assert.Equal(
            new TrialSpec(
                "fashion-mnist",
                Seed.Derive(7, "trial", 3),
                Threads: 2,
                Device: "cuda:1",
                TrialSettings.Default.With(
                    ("flow.levels", "3"),
                    ("flow.steps", "9"),
                    ("flow.hidden", "65"),
                    ("base.distribution", "von-mises-fisher"),
                    ("base.kappa", "200"),
                    ("training.epochs", "11"),
                    ("training.batch_size", "129"),
                    ("training.learning_rate", "0.003"),
                    ("training.warmup_epochs", "0.5"),
                    ("training.gradient_clip", "2"),
                    ("training.ema", "0.5")
                )
            ),
            Create(Full, GridSearch.Enumerate(Full).Last())
        );

    [Fact]
    public void The_epochs_alone_are_those_of_the_whole_trial()
    {
        var specs = new[]
        {
            Full,
            SweepTexts.Parse(
                SweepTexts.Head
                    + "parameters: { training.epochs: [3, 4], base: [{ distribution: gaussian }, { distribution: dirichlet, alpha: 2 }] }\n"
            ),
            SweepTexts.Parse(SweepTexts.Head + "parameters: { replicate: [1] }\n"),
        };
        foreach (var spec in specs)
            Assert.All(
                GridSearch.Enumerate(spec),
                parameters =>
                    Assert.Equal(
                        Create(spec, parameters).Settings.Training.Epochs,
                        TrialFactory.Epochs(spec, parameters.GetValueOrDefault(TrainingSettings.EpochsPath))
                    )
            );
    }

    [Fact]
    public void Another_base_takes_nothing_from_the_one_of_the_template()
    {
        Assert.Equal("von-mises-fisher kappa=1.5d", Base(Create(Full, Of("replicate", "1"))));
        Assert.Equal("dirichlet alpha=2", Base(Create(Full, Of("base.distribution", "dirichlet", "base.alpha", "2"))));
        Assert.Equal("gaussian", Base(Create(Full, Of("base.distribution", "gaussian"))));
    }

    [Fact]
    public void What_the_template_says_of_one_base_serves_every_choice_of_that_base()
    {
        var spec = SweepTexts.Parse(
            SweepTexts.Head
                + "trial: { base: { distribution: von-mises-fisher, kappa: 2d } }\nparameters: { base.distribution: [von-mises-fisher, "
                + "gaussian] }\n"
        );

        Assert.Equal(
            ["von-mises-fisher kappa=2d", "gaussian"],
            GridSearch.Enumerate(spec).Select(assignment => Base(Create(spec, assignment)))
        );
    }

    [Fact]
    public void Trials_share_their_seed_unless_they_are_replicates()
    {
        var seeds = GridSearch
            .Enumerate(Full)
            .GroupBy(assignment => assignment["replicate"], assignment => Create(Full, assignment).Seed)
            .ToList();

        Assert.Equal(3, seeds.Count);
        Assert.All(seeds, replicate => Assert.Single(replicate.Distinct()));
        Assert.Equal(3, seeds.Select(replicate => replicate.First()).Distinct().Count());
        Assert.DoesNotContain(Create(Full with { Seed = 8 }, Of("replicate", "1")).Seed, seeds.Select(replicate => replicate.First()));
    }

    [Fact]
    public void Without_replicates_a_trial_is_the_first_one() =>
        Assert.Equal(Create(Full, Of("replicate", "1")), Create(Full, ImmutableSortedDictionary<string, string>.Empty));

    [Fact]
    public void Every_trial_has_every_setting_that_applies_to_it() =>
        SweepFileGen.Valid.Sample(text =>
        {
            var spec = SweepTexts.Parse(text);
            Assert.All(GridSearch.Enumerate(spec).Take(100), assignment => Assert.Empty(Create(spec, assignment).Settings.Faults()));
        });

    [Fact]
    public void A_parameter_that_no_trial_has_is_told() =>
        Assert.Equal(["base.skew: this version has no such setting"], Create(Full, Of("base.skew", "1")).Settings.Faults());

    static string Base(TrialSpec trial) =>
        $"{trial.Settings.Base.Distribution}"
        + (trial.Settings.Base.Alpha is { } alpha ? $" alpha={alpha}" : "")
        + (trial.Settings.Base.Kappa is { } kappa ? $" kappa={kappa}" : "");

    static TrialSpec Create(SweepSpec spec, ImmutableSortedDictionary<string, string> assignment) => TrialFactory.Create(spec, assignment);

    static ImmutableSortedDictionary<string, string> Of(params string[] pairs) =>
        pairs.Chunk(2).ToImmutableSortedDictionary(pair => pair[0], pair => pair[1]);
}
