using System.Collections.Immutable;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tests.Specs;

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
                new FlowSpec("glow", 3, 9, 65),
                new BaseSpec("von-mises-fisher", Kappa: new Kappa(200, PerDimension: false)),
                new TrainingSpec(11, 129, 3e-3, 0.5, 2, 0.5, "float32"),
                Threads: 2,
                Device: "cuda:1"
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
                parameters => Assert.Equal(Create(spec, parameters).Training.Epochs, TrialFactory.Epochs(spec, parameters))
            );
        Assert.Equal(10, TrialFactory.Epochs(Full with { Trial = ImmutableSortedDictionary<string, string>.Empty }, Of("replicate", "1")));
    }

    [Fact]
    public void Another_base_takes_nothing_from_the_one_of_the_template()
    {
        Assert.Equal(new BaseSpec("von-mises-fisher", Kappa: new Kappa(1.5, PerDimension: true)), Create(Full, Of("replicate", "1")).Base);
        Assert.Equal(new BaseSpec("dirichlet", Alpha: 2), Create(Full, Of("base.distribution", "dirichlet", "base.alpha", "2")).Base);
        Assert.Equal(new BaseSpec("gaussian"), Create(Full, Of("base.distribution", "gaussian")).Base);
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
            [new BaseSpec("von-mises-fisher", Kappa: new Kappa(2, PerDimension: true)), new BaseSpec("gaussian")],
            GridSearch.Enumerate(spec).Select(assignment => Create(spec, assignment).Base)
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
    public void A_parameter_that_no_trial_has_is_an_error_that_names_the_trial() =>
        Assert.StartsWith(
            "trial 4 sets base.skew, which this version does not know",
            Assert.Throws<ArgumentException>(() => TrialFactory.Create(Full, 4, Of("base.skew", "1"))).Message,
            StringComparison.Ordinal
        );

    static TrialSpec Create(SweepSpec spec, ImmutableSortedDictionary<string, string> assignment) =>
        TrialFactory.Create(spec, 1, assignment);

    static ImmutableSortedDictionary<string, string> Of(params string[] pairs) =>
        pairs.Chunk(2).ToImmutableSortedDictionary(pair => pair[0], pair => pair[1]);
}
