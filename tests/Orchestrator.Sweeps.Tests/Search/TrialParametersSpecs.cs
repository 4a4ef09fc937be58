using System.Collections.Immutable;
using System.Text.RegularExpressions;
using CsCheck;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tests.SweepFiles;

namespace Orchestrator.Sweeps.Tests.Search;

public sealed class TrialParametersSpecs
{
    [Theory]
    [InlineData("asha-digits.yaml", "training.learning_rate flow.coupling base.distribution base.kappa")]
    [InlineData("digits.yaml", "base.distribution base.alpha base.kappa training.learning_rate")]
    [InlineData("fashion-mnist.yaml", "base.distribution base.alpha base.kappa")]
    [InlineData("paper-cifar10.yaml", "base.distribution base.alpha base.kappa replicate")]
    [InlineData("paper-fashion-mnist.yaml", "base.distribution base.alpha base.kappa replicate")]
    public void The_shipped_sweeps_differ_in_settings(string name, string paths) =>
        Assert.Equal(paths, Differing(SweepTexts.Shipped(name)));

    [Fact]
    public void Every_shipped_sweep_is_among_these() =>
        Assert.Equal(
            ["asha-digits.yaml", "digits.yaml", "fashion-mnist.yaml", "paper-cifar10.yaml", "paper-fashion-mnist.yaml"],
            SweepTexts.ShippedNames.Order(StringComparer.Ordinal)
        );

    [Fact]
    public void So_do_the_examples_of_the_page_about_sweep_files() =>
        Assert.Equal(
            [
                "",
                "",
                "training.learning_rate flow.steps",
                "base.distribution base.alpha base.kappa",
                "base.distribution base.alpha base.kappa training.learning_rate",
                "training.learning_rate flow.steps base.distribution base.kappa",
                "flow.hidden flow.steps",
                "training.learning_rate flow.steps",
                "training.learning_rate base.distribution base.kappa",
            ],
            Regex
                .Matches(SweepTexts.Shipped("sweep-file.md"), "```yaml\n(.*?)```", RegexOptions.Singleline)
                .Select(match => match.Groups[1].Value)
                .Select(text => Differing(text.StartsWith("name", StringComparison.Ordinal) ? text : SweepTexts.Head + text))
        );

    [Theory]
    [InlineData("parameters: { replicate: [1, 2], flow.levels: [2, 1] }", "flow.levels replicate")]
    [InlineData("parameters: { replicate: [1] }", "")]
    [InlineData("parameters: { flow.levels: [1], flow.steps: [1, 2] }", "flow.steps")]
    [InlineData("parameters: { trial: [{}, { training.epochs: 3 }] }", "training.epochs")]
    [InlineData("parameters: { trial: [{}, { flow: { coupling: spline } }] }", "flow.coupling")]
    [InlineData("parameters: { base: [{ distribution: dirichlet, alpha: [1, 2] }] }", "base.alpha")]
    // What the template says of one choice only some trials have.
    [InlineData(
        "trial: { base: { distribution: von-mises-fisher, kappa: 1d } }\nparameters: { trial: [{}, { base.distribution: gaussian }] }",
        "base.distribution base.kappa"
    )]
    [InlineData(
        "trial: { training: { schedule: step, decay_factor: 0.5 } }\nparameters: { training.schedule: [step, cosine] }",
        "training.schedule training.decay_factor"
    )]
    [InlineData("parameters: { training.schedule: [step, cosine] }", "training.schedule")]
    public void Only_what_differs_is_told_and_what_only_some_trials_have(string text, string paths) =>
        Assert.Equal(paths, Differing(SweepTexts.Head + text));

    [Fact]
    public void They_are_the_settings_of_whole_trials_that_are_not_the_same_everywhere() =>
        SweepFileGen.Valid.Sample(text =>
        {
            var spec = SweepTexts.Parse(text);
            var trials = GridSearch.Enumerate(spec).Take(300).ToList();
            var whole = trials.Select(trial => Told(TrialFields.Complete(spec.Trial, trial)).SetItems(trial)).ToList();
            var paths = whole
                .SelectMany(trial => trial.Keys)
                .Distinct()
                .Where(path => whole.Select(trial => trial.GetValueOrDefault(path)).Distinct().Skip(1).Any());

            var differing = TrialParameters.Differing(spec, trials);

            Assert.Equal(paths.Order(StringComparer.Ordinal), differing.Order(StringComparer.Ordinal));
            Assert.All(
                whole.Zip(trials),
                pair =>
                    Assert.All(
                        differing,
                        path =>
                            Assert.Equal(pair.First.GetValueOrDefault(path), TrialParameters.Of(spec, pair.Second).GetValueOrDefault(path))
                    )
            );
        });

    /// <summary>Without what another choice brings along at its default, which tells no more than that choice.</summary>
    static ImmutableSortedDictionary<string, string> Told(ImmutableSortedDictionary<string, string> trial) =>
        trial.RemoveRange(
            TrialFields
                .Table.Fields.Where(field =>
                    field.When is not null && field.Default is { } value && trial.GetValueOrDefault(field.Path) == value
                )
                .Select(field => field.Path)
        );

    static string Differing(string text)
    {
        var spec = SweepTexts.Parse(text);
        return string.Join(
            ' ',
            TrialParameters.Differing(spec, spec.Search.Algorithm == "grid" ? GridSearch.Enumerate(spec) : Drawn(spec))
        );
    }

    static IEnumerable<ImmutableSortedDictionary<string, string>> Drawn(SweepSpec spec)
    {
        var dimensions = SearchDimensions.Of(spec);
        return Enumerable.Range(0, 10).Select(point => dimensions.Assignment([.. Enumerable.Repeat((point + 0.5) / 10, dimensions.Count)]));
    }
}
