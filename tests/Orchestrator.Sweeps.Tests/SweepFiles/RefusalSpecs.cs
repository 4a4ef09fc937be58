using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;

namespace Orchestrator.Sweeps.Tests.SweepFiles;

/// <summary>What is refused, where it is said to stand, and what is said. The files begin with two good lines.</summary>
public sealed class RefusalSpecs
{
    [Theory]
    // Unknown keys
    [InlineData("trial:\n  training:\n    learning_rat: 1e-3", "5:5: training.learning_rat: unknown key; did you mean 'learning_rate'?")]
    [InlineData("trial: { trainign: { epochs: 1 } }", "3:10: trainign: unknown key; did you mean 'training'?")]
    [InlineData("trial: { epochs: 1 }", "3:10: epochs: unknown key; did you mean 'training.epochs'?")]
    [InlineData(
        "trial: { base: { colour: red } }",
        "3:18: base.colour: unknown key; known here: distribution, alpha, kappa, concentration"
    )]
    [InlineData("parameters:\n  learning_rate: [1]", "4:3: learning_rate: unknown key; did you mean 'training.learning_rate'?")]
    [InlineData("parameters:\n  replicates: [1]", "4:3: replicates: unknown key; did you mean 'replicate'?")]
    [InlineData("parameters:\n  base: [{ distribution: gaussian, alhpa: 2 }]", "4:36: base.alhpa: unknown key; did you mean 'alpha'?")]
    [InlineData("sede: 1", "3:1: sede: unknown key; did you mean 'seed'?")]
    [InlineData("retries: { crahs: 1 }", "3:12: retries.crahs: unknown key; did you mean 'crash'?")]
    // Wrong types
    [InlineData("seed: seven", "3:7: seed: expected a whole number of at least 0, not 'seven'")]
    [InlineData("seed: '7'", "3:7: seed: expected a whole number of at least 0, not the text '7': leave the quotes out")]
    [InlineData("seed:", "3:6: seed: expected a whole number of at least 0, not nothing")]
    [InlineData("seed: [7]", "3:7: seed: expected a whole number of at least 0, not a list")]
    [InlineData("seed: { a: 7 }", "3:7: seed: expected a whole number of at least 0, not a mapping")]
    [InlineData("trial: [1]", "3:8: trial: expected keys and values")]
    [InlineData("trial: { base: gaussian }", "3:16: base: expected keys and values (distribution, alpha, kappa, concentration)")]
    [InlineData("trial: { training: { epochs: 1.5 } }", "3:30: training.epochs: expected a whole number of at least 1, not '1.5'")]
    [InlineData(
        "trial: { training: { epochs: 3000000000 } }",
        "3:30: training.epochs: expected at most 1000000, not 3000000000: no training was seen to come to an end beyond"
    )]
    [InlineData("trial: { training: { epochs: [1, 2] } }", "3:30: training.epochs: expected a whole number of at least 1, not a list")]
    [InlineData("parameters: 1", "3:13: parameters: expected keys and values")]
    [InlineData("parameters: { training.epochs: 1 }", "3:32: training.epochs: expected a list of values; a single one belongs under trial")]
    [InlineData("parameters: { training.epochs: { choice: 1 } }", "3:42: training.epochs: expected a list of values")]
    [InlineData("parameters: { training.epochs: { choice: [1], and: 2 } }", "3:47: training.epochs: unknown key 'and' beside choice")]
    [InlineData("parameters: { training.epochs: [[1]] }", "3:33: training.epochs: expected a whole number of at least 1, not a list")]
    [InlineData("parameters: { base: [gaussian] }", "3:22: base: expected keys and values (distribution, alpha, kappa, concentration)")]
    // Impossible values
    [InlineData("seed: -1", "3:7: seed: expected a whole number of at least 0, not '-1'")]
    [InlineData("trial: { training: { epochs: 0 } }", "3:30: training.epochs: expected a whole number of at least 1, not '0'")]
    [InlineData("trial: { training: { learning_rate: 0 } }", "3:37: training.learning_rate: expected a number above 0, not '0'")]
    [InlineData("trial: { training: { learning_rate: .inf } }", "3:37: training.learning_rate: expected a number above 0, not '.inf'")]
    [InlineData("trial: { training: { learning_rate: 1e999 } }", "3:37: training.learning_rate: expected a number above 0, not '1e999'")]
    [InlineData("trial: { training: { ema: 1 } }", "3:27: training.ema: expected a number of at least 0 and below 1, not '1'")]
    [InlineData("trial: { training: { ema: -0.1 } }", "3:27: training.ema: expected a number of at least 0 and below 1, not '-0.1'")]
    [InlineData("trial: { training: { warmup_epochs: -1 } }", "3:37: training.warmup_epochs: expected a number of at least 0, not '-1'")]
    // Values so far out that nothing trains with them
    [InlineData(
        "trial: { flow: { levels: 17 } }",
        "3:26: flow.levels: expected at most 16, not 17: images of 65536 pixels a side have no more"
    )]
    [InlineData(
        "trial: { flow: { steps: 1001 } }",
        "3:25: flow.steps: expected at most 1000, not 1001: a step of training then takes minutes, or does not fit into memory"
    )]
    [InlineData(
        "trial: { flow: { hidden: 4097 } }",
        "3:26: flow.hidden: expected at most 4096, not 4097: a step of training then takes minutes, or does not fit into memory"
    )]
    [InlineData(
        "trial: { training: { learning_rate: 1e-13 } }",
        "3:37: training.learning_rate: expected 1E-12 to 1000000000, not '1e-13': below, no float32 weight changes any more, and above, "
            + "the first step overflows"
    )]
    [InlineData(
        "trial: { training: { learning_rate: 1e300 } }",
        "3:37: training.learning_rate: expected 1E-12 to 1000000000, not '1e300': below, no float32 weight changes any more, and above, "
            + "the first step overflows"
    )]
    [InlineData(
        "trial: { training: { warmup_epochs: 1e18 } }",
        "3:37: training.warmup_epochs: expected at most 1000000, not '1e18': no training was seen to come to an end beyond"
    )]
    [InlineData(
        "trial: { training: { gradient_clip: 1e-300 } }",
        "3:37: training.gradient_clip: expected at least 1E-09, not '1e-300': below, hardly a float32 weight changes any more"
    )]
    [InlineData(
        "trial: { training: { optimizer: adamw, weight_decay: 1e38 } }",
        "3:54: training.weight_decay: expected at most 1000000, not '1e38': above, the decay is larger than the weight at any learning "
            + "rate that trains"
    )]
    [InlineData(
        "trial: { training: { schedule: step, decay_epochs: 1e-300 } }",
        "3:52: training.decay_epochs: expected 0.001 to 1000000, not '1e-300': below, the learning rate is 0 after the first step, and "
            + "above, it never falls"
    )]
    [InlineData(
        "trial: { base: { distribution: dirichlet, alpha: 1e-300 } }",
        "3:50: base.alpha: expected 1E-06 to 1000000, not '1e-300': below, all of a sample is in one of the parts, and above, its "
            + "likelihood loses its digits"
    )]
    [InlineData(
        "trial: { base: { distribution: dirichlet, alpha: 1e15 } }",
        "3:50: base.alpha: expected 1E-06 to 1000000, not '1e15': below, all of a sample is in one of the parts, and above, its "
            + "likelihood loses its digits"
    )]
    [InlineData(
        "trial: { base: { distribution: von-mises-fisher, kappa: 1e12 } }",
        "3:57: base.kappa: expected 1E-06 to 1000000000, not '1e12': below, the base is uniform on the sphere, and above, normal, to the "
            + "last digit of a float32 latent"
    )]
    [InlineData(
        "trial: { base: { distribution: von-mises-fisher, kappa: 1e7d } }",
        "3:57: base.kappa: expected 1E-06d to 1000000d, not '1e7d': below, the base is uniform on the sphere, and above, normal, to the "
            + "last digit of a float32 latent"
    )]
    [InlineData(
        "trial: { base: { distribution: von-mises-fisher, kappa: 1e-9d } }",
        "3:57: base.kappa: expected 1E-06d to 1000000d, not '1e-9d': below, the base is uniform on the sphere, and above, normal, to the "
            + "last digit of a float32 latent"
    )]
    [InlineData(
        "evaluation: { kid: { subsets: 10001 } }",
        "3:31: evaluation.kid.subsets: expected at most 10000, not 10001: the evaluation then takes hours and says the same"
    )]
    [InlineData(
        "evaluation: { interpolation: { pairs: 100001 } }",
        "3:39: evaluation.interpolation.pairs: expected at most 100000, not 100001: the evaluation then takes hours and says the same"
    )]
    [InlineData(
        "evaluation: { interpolation: { points: 1001 } }",
        "3:40: evaluation.interpolation.points: expected at most 1000, not 1001: the picture of the paths gets one column for each"
    )]
    [InlineData(
        "resources: { threads: 1025 }",
        "3:23: resources.threads: expected at most 1024, not 1025: no more could be started in a process"
    )]
    [InlineData(
        "resources: { gpu_fraction: 1e-9 }",
        "3:28: resources.gpu_fraction: expected at least 0.01, not '1e-9': a hundred processes fill the memory of any GPU before they train"
    )]
    [InlineData(
        "trial: { base: { distribution: gausian } }",
        "3:32: base.distribution: expected one of gaussian, dirichlet, von-mises-fisher, not 'gausian'; did you mean 'gaussian'?"
    )]
    [InlineData(
        "trial: { flow: { architecture: realnpv } }",
        "3:32: flow.architecture: expected one of glow, realnvp, not 'realnpv'; did you mean 'realnvp'?"
    )]
    [InlineData(
        "trial: { flow: { coupling: spine } }",
        "3:28: flow.coupling: expected one of affine, additive, spline, not 'spine'; did you mean 'spline'?"
    )]
    [InlineData(
        "trial: { flow: { architecture: realnvp, mixing: permutation } }",
        "3:49: flow.mixing: only glow takes mixing, and the architecture is realnvp"
    )]
    [InlineData(
        "trial: { training: { weight_decay: 0.1 } }",
        "3:36: training.weight_decay: only adamw takes weight_decay, and the optimizer is adam"
    )]
    [InlineData(
        "trial: { training: { schedule: cosine, decay_factor: 0.1 } }",
        "3:54: training.decay_factor: only step takes decay_factor, and the schedule is cosine"
    )]
    [InlineData("trial: { training: { recompute: yes } }", "3:33: training.recompute: expected one of true, false, not 'yes'")]
    [InlineData("trial: { training: { accumulate: 0 } }", "3:34: training.accumulate: expected a whole number of at least 1, not '0'")]
    [InlineData(
        "trial: { base: { concentration: learned } }",
        "3:33: base.concentration: only dirichlet or von-mises-fisher takes concentration, and the base is gaussian"
    )]
    [InlineData(
        "parameters:\n  trial:\n  - {}\n  - training.optimizer: adam",
        "6:5: trial: gives a trial that is already there (training.optimizer=adam); to repeat trials with other seeds, sweep replicate"
    )]
    [InlineData("parameters: { replicate: [0] }", "3:27: replicate: expected a whole number of at least 1, not '0'")]
    [InlineData("resources: { gpu_fraction: 1.5 }", "3:28: resources.gpu_fraction: expected a number above 0 and at most 1, not '1.5'")]
    [InlineData(
        "resources: { device: gpu }",
        "3:22: resources.device: expected one of auto, cpu, cuda, cuda:N, not 'gpu'; did you mean 'cpu'?"
    )]
    [InlineData("evaluation: { interpolation: { schemes: [auto, slerp] } }", "3:41: evaluation.interpolation.schemes: auto stands alone")]
    [InlineData(
        "evaluation: { interpolation: { schemes: [slerp, slerp] } }",
        "3:41: evaluation.interpolation.schemes: names something twice"
    )]
    [InlineData(
        "evaluation: { interpolation: { schemes: [] } }",
        "3:41: evaluation.interpolation.schemes: the list is empty: expected one of auto, linear, norm-corrected, slerp, "
            + "variance-preserving, simplex, sphere, small-circle"
    )]
    // Empty and repeated choices
    [InlineData("parameters: { training.epochs: [] }", "3:32: training.epochs: the choice is empty: expected at least one value")]
    [InlineData("parameters: { base: { choice: [] } }", "3:31: base: the choice is empty: expected at least one value")]
    [InlineData("parameters: { trial: [] }", "3:22: trial: the choice is empty: expected at least one value")]
    [InlineData(
        "parameters: { training.learning_rate: [0.001, 1e-3] }",
        "3:47: training.learning_rate: the choice has 0.001 twice: first at 3:40"
    )]
    [InlineData(
        "parameters:\n  base:\n  - { distribution: gaussian }\n  - { distribution: gaussian }",
        "6:5: base: gives a trial that is already there (base.distribution=gaussian); to repeat trials with other seeds, sweep replicate"
    )]
    // What this version does not do
    [InlineData(
        "parameters: { training.batch_size: [1, 2] }\nsearch: { algorithm: tpe }",
        "4:22: search.trials: missing: tpe needs the number of configurations to try"
    )]
    [InlineData("search: { algorithm: bayes }", "3:22: search.algorithm: expected one of grid, random, sobol, tpe, not 'bayes'")]
    // Search and scheduler that do not go together
    [InlineData(
        "search: { algorithm: grid, trials: 3 }",
        "3:36: search.trials: a grid has its trials from parameters; only random, sobol and tpe take trials"
    )]
    [InlineData(
        "parameters: { training.batch_size: [1, 2] }\nsearch: { algorithm: random, trials: 3, start: sobol }",
        "4:48: search.start: only tpe takes start"
    )]
    [InlineData(
        "parameters: { training.batch_size: [1, 2], replicate: [1, 2] }\nsearch: { algorithm: random, trials: 30000 }",
        "4:38: search.trials: 30000 configurations of 2 replicates are more than 50,000 trials"
    )]
    [InlineData("scheduler: { reduction: 3 }", "3:25: scheduler.reduction: without a scheduler.algorithm nothing takes reduction")]
    [InlineData(
        "scheduler: { algorithm: median, reduction: 3 }",
        "3:44: scheduler.reduction: median has no rungs; only asha and hyperband take reduction"
    )]
    [InlineData(
        "trial: { training: { epochs: 9 } }\nscheduler: { algorithm: asha, max_epochs: 27 }",
        "4:43: scheduler.max_epochs: trial sets training.epochs to 9 at 3:30: say one of them, or the same"
    )]
    [InlineData(
        "parameters: { training.epochs: [1, 2] }\nscheduler: { algorithm: asha }",
        "4:25: scheduler.algorithm: rungs are the same for all trials, and parameters sweeps training.epochs"
    )]
    [InlineData(
        "scheduler: { algorithm: asha, min_epochs: 4, max_epochs: 3 }",
        "3:43: scheduler.min_epochs: 4 is more than the 3 epochs that a trial has at most"
    )]
    [InlineData(
        "scheduler: { algorithm: asha, stratify_by: base.distribution }",
        "3:44: scheduler.stratify_by: base.distribution is no choice under parameters, so all trials would be in one stratum"
    )]
    [InlineData(
        "scheduler: { algorithm: asha, mode: stop, refine: { metric: evaluation.samples.kid } }",
        "3:61: scheduler.refine.metric: a trial waits for its score only where mode is promote"
    )]
    [InlineData(
        "evaluation: { when: rungs }",
        "3:21: evaluation.when: there are checkpoints at rungs only where a scheduler's mode is promote"
    )]
    [InlineData("evaluation: { when: stopped too }", "3:21: evaluation.when: without a scheduler no trial is given up")]
    // A grid of what has no end
    [InlineData(
        "parameters:\n  training.learning_rate: { log_uniform: [1e-4, 1e-2] }",
        "4:27: training.learning_rate: grid search needs a finite choice: a list of values, or { choice: [...] }; with search.algorithm "
            + "random, sobol or tpe, log_uniform is drawn from"
    )]
    [InlineData(
        "parameters:\n  base: [{ distribution: von-mises-fisher, kappa: { uniform: [1, 2] } }]",
        "4:51: base.kappa: grid search needs a finite choice: a list of values, or { choice: [...] }; with search.algorithm random, sobol "
            + "or tpe, uniform is drawn from"
    )]
    // One thing set in two places
    [InlineData(
        "trial:\n  base: { distribution: gaussian }\n  base.distribution: dirichlet",
        "5:3: base.distribution: given twice: first at 4:25"
    )]
    [InlineData("parameters:\n  base: [{ distribution: gaussian }]\n  base.alpha: [2]", "5:3: base.alpha: set twice: base is set at 4:3")]
    [InlineData(
        "parameters:\n  base.alpha: [2]\n  trial: [{ base: { distribution: gaussian } }]",
        "5:13: base: set twice: base.alpha is set at 4:3"
    )]
    [InlineData(
        "parameters:\n  trial:\n  - { base: { distribution: gaussian }, base.alpha: 2 }",
        "5:41: base.alpha: set twice: base is set at 5:7"
    )]
    public void A_bad_section_is_refused_where_it_stands(string section, string problem) =>
        Assert.Equal("x.yaml:" + problem, Assert.Single(SweepTexts.Problems(SweepTexts.Head + section + "\n")));

    [Theory]
    [InlineData("dirichlet", "3:32: base.alpha: missing: dirichlet needs alpha, a number above 0")]
    [InlineData(
        "von-mises-fisher",
        "3:32: base.kappa: missing: von-mises-fisher needs kappa, a number above 0, or one followed by d (1.5d: times the latent dimension)"
    )]
    [InlineData("gaussian, alpha: 2", "3:49: base.alpha: only dirichlet takes alpha, and the base is gaussian")]
    [InlineData("gaussian, kappa: 2", "3:49: base.kappa: only von-mises-fisher takes kappa, and the base is gaussian")]
    [InlineData("dirichlet, alpha: 2, kappa: 2", "3:60: base.kappa: only von-mises-fisher takes kappa, and the base is dirichlet")]
    [InlineData("dirichlet, alpha: 0", "3:50: base.alpha: expected a number above 0, not '0'")]
    [InlineData(
        "von-mises-fisher, kappa: 0",
        "3:57: base.kappa: expected a number above 0, or one followed by d (1.5d: times the latent dimension), not '0'"
    )]
    [InlineData(
        "von-mises-fisher, kappa: -1.5d",
        "3:57: base.kappa: expected a number above 0, or one followed by d (1.5d: times the latent dimension), not '-1.5d'"
    )]
    public void A_base_has_its_own_parameters_and_no_others(string distribution, string problem) =>
        Assert.Equal(
            "x.yaml:" + problem,
            Assert.Single(SweepTexts.Problems(SweepTexts.Head + $"trial: {{ base: {{ distribution: {distribution} }} }}\n"))
        );

    [Theory]
    [InlineData(
        "  base:\n  - { distribution: gaussian }\n  - { distribution: dirichlet }",
        "6:21: base.alpha: missing: dirichlet needs alpha, a number above 0 (in the trial base.distribution=dirichlet)"
    )]
    [InlineData(
        "  base:\n  - { distribution: { choice: [dirichlet, gaussian] }, alpha: 2 }",
        "5:63: base.alpha: only dirichlet takes alpha, and the base is gaussian (in the trial base.alpha=2, base.distribution=gaussian)"
    )]
    [InlineData(
        "  training.epochs: [1, 2]\n  base.distribution: [gaussian, von-mises-fisher]",
        "5:33: base.kappa: missing: von-mises-fisher needs kappa, a number above 0, or one followed by d (1.5d: times the latent "
            + "dimension) (in the trial base.distribution=von-mises-fisher, training.epochs=1)"
    )]
    [InlineData(
        "  base.kappa: [1d]\n  base.distribution: [von-mises-fisher, gaussian]",
        "4:16: base.kappa: only von-mises-fisher takes kappa, and the base is gaussian (in the trial base.distribution=gaussian, "
            + "base.kappa=1d)"
    )]
    public void A_combination_that_cannot_be_is_named(string parameters, string problem) =>
        Assert.Equal("x.yaml:" + problem, Assert.Single(SweepTexts.Problems(SweepTexts.Head + "parameters:\n" + parameters + "\n")));

    [Theory]
    [InlineData(
        "training",
        "{ learning_rate: 1 }",
        "5:14: training.epochs: missing: this replaces all of training, and trial sets epochs at 3:30: say it again here"
    )]
    [InlineData(
        "trial",
        "{ training: { learning_rate: 1 } }",
        "5:25: training.epochs: missing: this replaces all of training, and trial sets epochs at 3:30: say it again here"
    )]
    public void A_choice_of_a_part_does_not_silently_lose_what_the_trial_says_there(string path, string entry, string problem) =>
        Assert.Equal(
            "x.yaml:" + problem,
            Assert.Single(
                SweepTexts.Problems(
                    SweepTexts.Head
                        + $"trial: {{ training: {{ epochs: 60 }} }}\nparameters:\n  {path}: [{(path == "trial" ? "  " : "")}{entry}]\n"
                )
            )
        );

    [Fact]
    public void A_choice_of_the_same_base_does_not_take_the_kappa_of_the_trial() =>
        Assert.Equal(
            "x.yaml:5:10: base.kappa: missing: this replaces all of base, and trial sets kappa at 3:57: say it again here",
            Assert.Single(
                SweepTexts.Problems(
                    SweepTexts.Head
                        + "trial: { base: { distribution: von-mises-fisher, kappa: 1d } }\nparameters:\n  base: [{ distribution: "
                        + "von-mises-fisher }, { distribution: gaussian }]\n"
                )
            )
        );

    [Theory]
    [InlineData("name: Digits", "1:7: name: expected 1 to 48 characters of a-z, 0-9 and -, not 'Digits'")]
    [InlineData("name: a_b", "1:7: name: expected 1 to 48 characters of a-z, 0-9 and -, not 'a_b'")]
    [InlineData("name: ../up", "1:7: name: expected 1 to 48 characters of a-z, 0-9 and -, not '../up'")]
    [InlineData(
        "name: aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeee",
        "1:7: name: expected 1 to 48 characters of a-z, 0-9 and -, not 'aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeee'"
    )]
    [InlineData("seed: 1", "1:1: name: missing: expected 1 to 48 characters of a-z, 0-9 and -")]
    public void A_sweep_needs_a_name_that_can_name_a_folder(string line, string problem) =>
        Assert.Equal("x.yaml:" + problem, Assert.Single(SweepTexts.Problems(line + "\ndataset: digits\n")));

    [Theory]
    [InlineData(
        "dataset: fashion_mnist",
        "2:10: dataset: expected one of digits, mnist, kmnist, fashion-mnist, cifar10, idx:DIR, not 'fashion_mnist'; did you mean "
            + "'fashion-mnist'?"
    )]
    [InlineData("dataset: 'idx:'", "2:10: dataset: expected one of digits, mnist, kmnist, fashion-mnist, cifar10, idx:DIR, not 'idx:'")]
    [InlineData(
        "dataset: 'npz:x.npz'",
        "2:10: dataset: 'npz:x.npz' is not available in this version; available now: digits, mnist, kmnist, fashion-mnist, cifar10, idx:DIR"
    )]
    [InlineData("seed: 1", "1:1: dataset: missing: expected one of digits, mnist, kmnist, fashion-mnist, cifar10, idx:DIR")]
    public void An_unknown_data_set_is_refused(string line, string problem) =>
        Assert.Equal("x.yaml:" + problem, Assert.Single(SweepTexts.Problems("name: a\n" + line + "\n")));

    [Theory]
    [InlineData("flow.levels", "1", "16")]
    [InlineData("flow.steps", "1", "1000")]
    [InlineData("flow.hidden", "1", "4096")]
    [InlineData("base.alpha", "1E-06", "1000000")]
    [InlineData("base.kappa", "1E-06", "1000000000")]
    [InlineData("base.kappa", "1E-06d", "1000000d")]
    [InlineData("training.epochs", "1", "1000000")]
    [InlineData("training.learning_rate", "1E-12", "1000000000")]
    [InlineData("training.warmup_epochs", "0", "1000000")]
    [InlineData("training.gradient_clip", "1E-09", "1E+300")]
    [InlineData("training.weight_decay", "0", "1000000")]
    [InlineData("training.decay_epochs", "0.001", "1000000")]
    public void The_limits_themselves_are_accepted(string path, string least, string most) =>
        Assert.Equal([least, most], new[] { least, most }.Select(text => TrialFields.Table.Find(path)!.Kind.Canonical(text)));

    [Fact]
    public void All_problems_are_found_at_once_and_told_in_the_order_of_the_file()
    {
        const string text = """
            name: A
            dataset: digit
            sed: 1
            trial:
              training: { epochs: 0, learning_rat: 1 }
            parameters:
              base:
                - { distribution: dirichlet, alpha: -2 }
              training.batch_size: []
            retries: { crash: many }
            """;

        Assert.Equal(
            [
                "1:7 name",
                "2:10 dataset",
                "3:1 sed",
                "5:23 training.epochs",
                "5:26 training.learning_rat",
                "8:41 base.alpha",
                "9:24 training.batch_size",
                "10:19 retries.crash",
            ],
            Assert
                .Throws<SweepFileException>(() => SweepTexts.Parse(text))
                .Problems.Select(problem => $"{problem.Line}:{problem.Column} {problem.Path}")
        );
    }

    [Fact]
    public void Trials_are_checked_even_where_another_section_is_wrong() =>
        Assert.Equal(
            [
                "x.yaml:3:7: seed: expected a whole number of at least 0, not 'x'",
                "x.yaml:5:26: base.alpha: missing: dirichlet needs alpha, a number above 0 (in the trial base.distribution=dirichlet)",
            ],
            SweepTexts.Problems(SweepTexts.Head + "seed: x\nparameters:\n  base: [{ distribution: dirichlet }]\n")
        );

    [Fact]
    public void A_grid_of_too_many_trials_is_refused_before_it_is_laid_out()
    {
        var hundred = string.Join(", ", Enumerable.Range(1, 100));
        var parameters = string.Concat(
            new[]
            {
                "training.epochs",
                "training.batch_size",
                "flow.steps",
                "flow.hidden",
                "training.learning_rate",
                "training.gradient_clip",
                "training.warmup_epochs",
                "base.alpha",
                "base.kappa",
                "replicate",
            }.Select(path => $"  {path}: [{hundred}]\n")
        );

        Assert.Equal(
            "x.yaml:4:3: parameters: the grid has more than 10,000 trials",
            Assert.Single(SweepTexts.Problems(SweepTexts.Head + "parameters:\n" + parameters))
        );
    }

    [Fact]
    public void Ten_thousand_trials_are_not_too_many_and_one_more_is()
    {
        Assert.Equal(10_000, GridSearch.Count(SweepTexts.Parse(SweepTexts.Head + Grid(100, 100))));
        Assert.Equal(
            "x.yaml:3:13: parameters: the grid has more than 10,000 trials",
            Assert.Single(SweepTexts.Problems(SweepTexts.Head + Grid(73, 137)))
        );

        static string Grid(int steps, int epochs) =>
            $"parameters: {{ flow.steps: [{string.Join(", ", Enumerable.Range(1, steps))}], training.epochs: "
            + $"[{string.Join(", ", Enumerable.Range(1, epochs))}] }}";
    }

    [Fact]
    public void The_message_of_the_exception_has_one_line_for_each_problem() =>
        Assert.Equal(
            "x.yaml:1:7: name: expected 1 to 48 characters of a-z, 0-9 and -, not 'A'\nx.yaml:3:1: sede: unknown key; did you mean 'seed'?",
            Assert.Throws<SweepFileException>(() => SweepTexts.Parse("name: A\ndataset: digits\nsede: 1\n")).Message
        );
}
