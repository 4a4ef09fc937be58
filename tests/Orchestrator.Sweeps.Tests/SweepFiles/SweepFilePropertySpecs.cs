using CsCheck;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;

namespace Orchestrator.Sweeps.Tests.SweepFiles;

public sealed class SweepFilePropertySpecs
{
    static readonly Gen<string> Fragment = Gen.OneOf(
        SweepFileGen.Among(
            "\n",
            "\n  ",
            "\n\t",
            ": ",
            "- ",
            "{ ",
            " }",
            "[",
            "]",
            ", ",
            "'",
            "\"",
            "#",
            "!",
            "!!str ",
            "&a ",
            "*a",
            "? ",
            "|\n",
            ">-\n",
            "%YAML 1.1\n",
            "%YAML 99999999999.1\n",
            "---\n",
            "...\n",
            "<<: ",
            "~",
            "\0",
            "\ufeff",
            "\u0085",
            "\\x",
            "choice",
            "trial",
            "base",
            "parameters",
            "kappa",
            "1d",
            "-1",
            "1e309",
            "replicate",
            "log_uniform"
        ),
        Gen.String[0, 5]
    );

    static readonly Gen<string> Damaged = Gen.Select(
            Gen.OneOf(SweepFileGen.Valid, SweepFileGen.Searched, Gen.Const(SweepTexts.Full)),
            Gen.Select(Gen.Double[0, 1], Gen.Int[0, 8], Fragment).Array[1, 4]
        )
        .Select(
            (text, edits) =>
                edits.Aggregate(
                    text,
                    (before, edit) =>
                    {
                        var at = (int)(edit.Item1 * before.Length);
                        return string.Concat(before.AsSpan(0, at), edit.Item3, before.AsSpan(Math.Min(before.Length, at + edit.Item2)));
                    }
                )
        );

    [Fact]
    public void A_spec_comes_back_from_its_json_as_it_was() =>
        Gen.OneOf(SweepFileGen.Valid, SweepFileGen.Searched)
            .Sample(text =>
            {
                var json = SweepTexts.Parse(text).ToJson();
                Assert.Equal(json, SweepSpec.FromJson(json).ToJson());
            });

    [Fact]
    public void A_grid_has_as_many_trials_as_it_counts_and_no_two_the_same() =>
        SweepFileGen.Valid.Sample(text =>
        {
            var spec = SweepTexts.Parse(text);
            var trials = GridSearch.Enumerate(spec).ToList();

            Assert.Equal(GridSearch.Count(spec), trials.Count);
            Assert.Equal(trials.Count, trials.Select(trial => TrialFactory.Create(spec, trial)).Distinct().Count());
            Assert.Equal(trials.Count, trials.Select(trial => string.Join('\n', trial)).Distinct().Count());
        });

    [Fact]
    public void What_a_trial_is_told_is_what_its_parameters_say() =>
        SweepFileGen.Valid.Sample(text =>
        {
            var spec = SweepTexts.Parse(text);
            foreach (var assignment in GridSearch.Enumerate(spec))
            {
                var trial = TrialFactory.Create(spec, assignment).Settings;
                Assert.Equal(trial.Base.Distribution == "dirichlet", trial.Base.Alpha is not null);
                Assert.Equal(trial.Base.Distribution == "von-mises-fisher", trial.Base.Kappa is not null);
                var json = ParameterJson.Of(assignment);
                if (json["base.distribution"] is { } distribution)
                    Assert.Equal(trial.Base.Distribution, distribution.GetValue<string>());
                if (json["training.learning_rate"] is { } rate)
                    Assert.Equal(trial.Training.LearningRate, rate.GetValue<double>());
                if (json["training.epochs"] is { } epochs)
                    Assert.Equal(trial.Training.Epochs, epochs.GetValue<long>());
            }
        });

    [Fact]
    public void Random_text_gives_problems_and_nothing_worse() =>
        Gen.OneOf(Fragment.Array[0, 40].Select(string.Concat), Gen.String[0, 200]).Sample(OnlyProblems, iter: 2_000);

    [Fact]
    public void A_damaged_file_gives_a_spec_or_problems_and_nothing_worse() => Damaged.Sample(OnlyProblems, iter: 1_500);

    static void OnlyProblems(string text)
    {
        try
        {
            SweepTexts.Parse(text);
        }
        catch (SweepFileException e)
        {
            Assert.NotEmpty(e.Problems);
            Assert.All(
                e.Problems,
                problem =>
                    Assert.True(problem is { Line: >= 1, Column: >= 1, Message.Length: > 0 } && !problem.ToString().Any(char.IsControl))
            );
        }
    }
}
