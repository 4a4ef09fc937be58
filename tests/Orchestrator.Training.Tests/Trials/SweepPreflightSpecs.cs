using Orchestrator.Flows.Transforms;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;

namespace Orchestrator.Training.Tests.Trials;

/// <summary>What is found before a sweep begins, on 90 training images of 8×8.</summary>
public sealed class SweepPreflightSpecs
{
    const int Cores = 2;

    [Theory]
    [InlineData("", "")]
    [InlineData("trial: { training: { batch_size: 90 } }", "")]
    [InlineData(
        "trial: { training: { batch_size: 91 } }",
        "1 training.batch_size: expected 1 to the 90 training images of digits, found 91"
    )]
    [InlineData(
        "parameters: { training.batch_size: [90, 91, 1000] }",
        "2 training.batch_size: expected 1 to the 90 training images of digits, found 91|3 training.batch_size: expected 1 to the 90 "
            + "training images of digits, found 1000"
    )]
    [InlineData(
        "parameters: { training.batch_size: [91], training.epochs: [1, 2, 3], replicate: [1, 2] }",
        "1 training.batch_size: expected 1 to the 90 training images of digits, found 91"
    )]
    [InlineData(
        "parameters: { training.accumulate: [1, 4, 17], replicate: [1, 2] }\ntrial: { training: { batch_size: 16 } }",
        "5 training.accumulate: expected 1 to the 16 images of a batch, found 17"
    )]
    [InlineData(
        "parameters: { flow.levels: [3, 4, 5], flow.architecture: [glow, realnvp] }",
        "3 flow: glow: level 3 cannot squeeze 8×1×1 (from images of 1×8×8): height and width must be even; take at most 3 levels|"
            + "4 flow: realnvp: level 3 cannot squeeze 8×1×1 (from images of 1×8×8): height and width must be even; take at most 3 levels"
    )]
    [InlineData(
        "trial: { training: { batch_size: 16 } }\nparameters: { trial: [{}, { flow.levels: 4, training.batch_size: 91 }] }",
        "2 training.batch_size: expected 1 to the 90 training images of digits, found 91|"
            + "2 flow: glow: level 3 cannot squeeze 8×1×1 (from images of 1×8×8): height and width must be even; take at most 3 levels"
    )]
    [InlineData(
        "search: { algorithm: random, trials: 5 }\nparameters: { training.batch_size: { int_uniform: [16, 200] } }",
        "- training.batch_size: expected 1 to the 90 training images of digits, found 200"
    )]
    [InlineData("search: { algorithm: tpe, trials: 5 }\nparameters: { training.batch_size: { int_uniform: [16, 90] } }", "")]
    [InlineData(
        "search: { algorithm: sobol, trials: 5 }\ntrial: { training.batch_size: 16 }\nparameters: { flow.levels: { int_uniform: [1, 4] } }",
        "- flow: glow: level 3 cannot squeeze 8×1×1 (from images of 1×8×8): height and width must be even; take at most 3 levels"
    )]
    [InlineData("resources: { threads: 2 }", "")]
    [InlineData(
        "resources: { threads: 3 }",
        "- resources.threads: expected at most 2, the cores here, found 3: threads that wait for each other train many times slower"
    )]
    [InlineData("resources: { device: \"cuda:99\" }", "- resources.device: cuda:99 is not there; libtorch sees")]
    [InlineData("resources: { device: cpu }", "")]
    public void Each_fault_is_told_once_with_the_first_trial_that_shows_it(string section, string expected)
    {
        var spec = SweepFile.Parse($"name: a\ndataset: digits\n{section}\n", "x.yaml");
        // The default batch is larger than these data.
        var small = section.Contains("batch_size", StringComparison.Ordinal)
            ? spec
            : spec with
            {
                Trial = spec.Trial.SetItem("training.batch_size", "16"),
            };

        var found = SweepPreflight
            .Faults(small, TinyTrial.Data, Cores)
            .Select(fault => $"{fault.Trial?.ToString() ?? "-"} {fault.Message}")
            .ToArray();

        var wanted = expected.Split('|', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(wanted.Length, found.Length);
        Assert.All(wanted.Zip(found), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Fact]
    public void Images_of_odd_sizes_are_refused_at_any_number_of_levels()
    {
        var data = Images(new ImageShape(1, 7, 8));
        var spec = SweepFile.Parse(
            "name: a\ndataset: digits\ntrial: { training: { batch_size: 4 } }\nparameters: { flow.levels: [1, 2, 3] }\n",
            "x.yaml"
        );

        var fault = Assert.Single(SweepPreflight.Faults(spec, data, Cores));

        Assert.Equal(
            (1, "flow: glow: level 0 cannot squeeze 1×7×8 (from images of 1×7×8): height and width must be even; pad or crop the images"),
            (fault.Trial, fault.Message)
        );
    }

    [Fact]
    public void Ten_thousand_trials_are_looked_through_and_what_they_share_is_told_once()
    {
        var hundred = string.Join(", ", Enumerable.Range(1, 100));
        var spec = SweepFile.Parse(
            $"name: a\ndataset: digits\ntrial: {{ flow: {{ levels: 4 }}, training: {{ batch_size: 16 }} }}\nparameters: {{ flow.steps: "
                + $"[{hundred}], training.epochs: [{hundred}] }}\n",
            "x.yaml"
        );

        Assert.Equal(1, Assert.Single(SweepPreflight.Faults(spec, TinyTrial.Data, Cores)).Trial);
    }

    [Fact]
    public void What_the_check_passes_an_attempt_begins()
    {
        using var trial = new TinyTrial();
        Assert.Empty(TrainingTaskValidation.Faults(TinyTrial.Spec, TinyTrial.Data));
        Assert.Equal(Sweeps.Tasks.AttemptCause.Done, trial.Attempt(TinyTrial.With(("training.epochs", "1"))));
    }

    static ImageDataset Images(ImageShape shape)
    {
        ImageSplit Of(int count) => new(shape, new byte[count * shape.Dimension], new byte[count]);
        return new("odd", 256, 1, Of(8), Of(4), Of(4));
    }
}
