using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Training.Tests.Trials;

public sealed class TrainingLoopSpecs
{
    [Fact]
    public void A_trial_reports_each_epoch_and_ends_with_its_final_checkpoint()
    {
        using var trial = new TinyTrial();
        Assert.Equal(AttemptCause.Done, trial.Attempt());

        var reports = trial.Of<ProcessMessage.ReportEpoch>().Select(m => m.Report).ToArray();
        Assert.Equal([(1, 5L), (2, 10L), (3, 15L), (4, 20L)], reports.Select(r => (r.Epoch, r.Step)));
        Assert.True(reports[^1].ValidationBitsPerDim < reports[0].ValidationBitsPerDim - 0.1);
        Assert.All(reports, r => Assert.True(r is { GradientNorm: > 0, ImagesPerSecond: > 0, Seconds: > 0 }));
        Assert.Equal([2e-3, 3e-3, 3e-3, 3e-3], reports.Select(r => Math.Round(r.LearningRate, 9)));

        var written = trial.Of<ProcessMessage.ReportCheckpoint>().Select(m => m.Checkpoint).ToArray();
        Assert.Equal([false, false, false, true], written.Select(c => c.Final));
        Assert.Equal(written[^1], trial.Newest().Info);
        Assert.Null(Assert.Single(trial.Of<ProcessMessage.Started>()).ResumedFromStep);
    }

    [Fact]
    public void Each_attempt_says_once_what_its_first_steps_took()
    {
        using var trial = new TinyTrial();
        trial.Attempt(killedAt: 3);
        Assert.Empty(trial.Of<ProcessMessage.ReportMemory>());
        trial.Attempt();
        var said = Assert.Single(trial.Of<ProcessMessage.ReportMemory>());
        Assert.Equal(PeakMemory.Cpu, said.Peak.Device);
        Assert.True(said.Peak.Bytes > 0);
        // With the epoch's last step, before what comes after it.
        Assert.IsType<ProcessMessage.ReportEpoch>(
            trial.Messages.SkipWhile(m => m != said).First(m => m is not ProcessMessage.ReportMemory and not ProcessMessage.Progress)
        );
    }

    [Fact]
    public void Metrics_hold_one_line_an_epoch_also_those_of_earlier_attempts()
    {
        using var trial = new TinyTrial();
        trial.Attempt(killedAt: 13);
        trial.Attempt();
        var lines = File.ReadAllLines(Path.Combine(trial.LatestAttempt, "metrics.jsonl"))
            .Select(l => JsonSerializer.Deserialize<EpochReport>(l, OrchestratorJson.Compact)!);
        Assert.Equal([1, 2, 3, 4], lines.Select(r => r.Epoch));
    }

    [Fact]
    public void The_flow_of_a_checkpoint_gives_the_validation_figure_that_was_reported()
    {
        using var trial = new TinyTrial();
        trial.Attempt();
        using var scope = NewDisposeScope();
        using var flow = TrialFlow.Load(trial.Newest(), CPU);
        using var validation = new ImageTensors(TinyTrial.Data.Validation, CPU);
        Assert.Equal(
            trial.Of<ProcessMessage.ReportEpoch>().Last().Report.ValidationBitsPerDim,
            Likelihood.BitsPerDim(flow, validation, 17, TrialSeeds.Validation, stop: TestContext.Current.CancellationToken).Average()
        );
    }

    [Fact]
    public void Seed_and_stream_both_decide_the_outcome()
    {
        var shas = new[] { (7, 0), (8, 0), (7, 1), (7, 0) }
            .Select(run =>
            {
                using var trial = new TinyTrial();
                trial.Attempt(TinyTrial.With(("training.epochs", "1")) with { Seed = run.Item1 }, run.Item2);
                return trial.Newest().Info.Sha256;
            })
            .ToArray();
        Assert.Equal(3, shas.Distinct().Count());
        Assert.Equal(shas[0], shas[3]);
    }

    [Fact]
    public void The_limit_of_the_gradient_decides_the_outcome()
    {
        var shas = new[] { 1e-3, 1e3 }
            .Select(limit =>
            {
                using var trial = new TinyTrial();
                trial.Attempt(TinyTrial.With(("training.epochs", "1"), ("training.gradient_clip", $"{limit}")));
                return trial.Newest().Info.Sha256;
            })
            .ToArray();
        Assert.NotEqual(shas[0], shas[1]);
    }

    [Fact]
    public void Progress_is_told_a_few_times_a_second_and_not_at_every_step()
    {
        using var trial = new TinyTrial { MillisecondsPerLook = 40 };
        trial.Attempt();
        Assert.InRange(trial.Of<ProcessMessage.Progress>().Count(), 1, TinyTrial.Steps / 2);
    }

    [Fact]
    public void A_trial_that_diverges_names_layer_and_step()
    {
        using var trial = new TinyTrial();
        var failure = Assert.Throws<TrialFailure>(() => trial.Attempt(TinyTrial.With(("training.learning_rate", "1000000"))));
        Assert.Equal(AttemptCause.Divergence, failure.Cause);
        Assert.InRange(failure.Step!.Value, 2, TinyTrial.Steps);
        Assert.Matches(@"^(level\d\.|base)", failure.Layer);
        Assert.Contains($"step {failure.Step}", failure.Message);
        Assert.Equal(failure.Step - 1, trial.Of<ProcessMessage.Progress>().Last().Step);
    }

    [Fact]
    public void A_loss_that_explodes_ends_the_trial_at_its_epochs_end_although_it_is_a_number()
    {
        EarlyDivergence.Check(trainBits: 13, levels: 17, epoch: 1, step: 5);
        var failure = Assert.Throws<TrialFailure>(() => EarlyDivergence.Check(trainBits: 14.5, levels: 17, epoch: 3, step: 15));
        Assert.Equal((AttemptCause.Divergence, "loss", 15L), (failure.Cause, failure.Layer, failure.Step!.Value));
        Assert.StartsWith(
            "step 15: the loss exploded: 14.5 bits per dimension over epoch 3, where no model at all has 4.08746",
            failure.Message
        );
    }

    [Fact]
    public void An_exploding_trial_does_not_train_its_other_epochs()
    {
        using var trial = new TinyTrial();
        // Without a limit of the gradient, and the rate rising only so far that nothing overflows.
        var spec = TinyTrial.With(
            ("training.learning_rate", "0.7"),
            ("training.gradient_clip", "1000000"),
            ("training.warmup_epochs", "0"),
            ("training.batch_size", "90"),
            ("training.epochs", "40")
        );
        var failure = Assert.Throws<TrialFailure>(() => trial.Attempt(spec));
        Assert.Equal(AttemptCause.Divergence, failure.Cause);
        Assert.Contains($"step {failure.Step}", failure.Message);
        Assert.True(failure.Step < 40);
    }

    [Fact]
    public void Weights_whose_average_gives_no_number_are_a_divergence()
    {
        using var scope = NewDisposeScope();
        using var flow = TrialFlow.Create(TinyTrial.Spec, TinyTrial.Data.Shape, 1, CPU);
        using (no_grad())
            flow.StateTensors().Single(t => t.Name == "level1.step0.actnorm.bias").Tensor.fill_(float.NaN);
        using var state = new TrainingState(flow, TinyTrial.Spec.Settings.Training);
        var failure = state.ValidationDivergence(zeros(1, 1, 8, 8));
        Assert.Equal((AttemptCause.Divergence, "level1.step0.actnorm"), (failure.Cause, failure.Layer));
        Assert.Contains("validation images no finite likelihood", failure.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void Parts_of_a_batch_make_the_step_that_the_batch_makes(int parts)
    {
        var (nats, norm, weights) = OneStep();
        var (natsOfParts, normOfParts, weightsOfParts) = OneStep(("training.accumulate", $"{parts}"));
        Assert.Equal(nats, natsOfParts, 1e-6);
        Assert.Equal(1, normOfParts / norm, 1e-5);
        // Adam's first step has the size of the rate whatever the gradient: rounding moves only weights whose gradient is next to nothing.
        Assert.True(weights.Zip(weightsOfParts).Count(pair => Math.Abs(pair.First - pair.Second) > 1e-5) < weights.Length / 100);
    }

    [Fact]
    public void Networks_in_bfloat16_learn_as_much_and_leave_a_float32_checkpoint()
    {
        using TinyTrial full = new(),
            narrow = new();
        full.Attempt();
        Assert.Equal(AttemptCause.Done, narrow.Attempt(TinyTrial.With(("training.precision", "bfloat16"))));
        var (expected, actual) = (full.Newest(), narrow.Newest());
        Assert.NotEqual(expected.Info.Sha256, actual.Info.Sha256);
        Assert.Equal(expected.Manifest.Reports[^1].ValidationBitsPerDim, actual.Manifest.Reports[^1].ValidationBitsPerDim, 0.02);
        Assert.Equal(
            expected.Model.Select(entry => (entry.Key, entry.Value.Type)),
            actual.Model.Select(entry => (entry.Key, entry.Value.Type))
        );
        Assert.All(actual.Optimizer.Where(entry => entry.Key != "step"), entry => Assert.Equal(float32, entry.Value.Type));
        using var scope = NewDisposeScope();
        using var flow = TrialFlow.Load(actual, CPU);
        using var validation = new ImageTensors(TinyTrial.Data.Validation, CPU);
        // What validates is float32, as what loads the checkpoint is.
        Assert.Equal(
            actual.Manifest.Reports[^1].ValidationBitsPerDim,
            Likelihood.BitsPerDim(flow, validation, 17, TrialSeeds.Validation, stop: TestContext.Current.CancellationToken).Average()
        );
    }

    [Theory]
    [InlineData("1", "float32")]
    [InlineData("3", "float32")]
    [InlineData("1", "bfloat16")]
    public void Computed_once_more_for_the_gradient_it_is_the_same_step(string parts, string precision)
    {
        var (path, others) = ("training.recompute", new[] { ("training.accumulate", parts), ("training.precision", precision) });
        var (kept, again) = (OneStep([(path, "false"), .. others]), OneStep([(path, "true"), .. others]));
        Assert.Equal(kept.Nats, again.Nats);
        Assert.Equal(1, again.Norm / kept.Norm, precision == "float32" ? 1e-6 : 1e-3);
        Assert.True(kept.Weights.Zip(again.Weights).Count(pair => Math.Abs(pair.First - pair.Second) > 1e-5) < kept.Weights.Length / 100);
    }

    [Fact]
    public void A_checkpoint_records_its_seeds()
    {
        using var trial = new TinyTrial();
        trial.Attempt(TinyTrial.With(("training.epochs", "1")), stream: 2);
        var seeds = new TrialSeeds(7, 2);
        var record = trial.Newest().Manifest.Seeds;
        Assert.Equal(
            (7L, 2, seeds.Weights, seeds.Initialisation, TrialSeeds.Validation),
            (record.Trial, record.Stream, record.Weights, record.Initialisation, record.Validation)
        );
    }

    [Fact]
    public void Steps_leave_no_tensors_behind()
    {
        using var trial = new TinyTrial();
        var live = new List<long>();
        trial.OnProgress = () => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        trial.Attempt();
        Assert.Equal(TinyTrial.Steps, live.Count);
        Assert.True(live.Distinct().Count() == 1, string.Join(' ', live));
    }

    [Theory]
    [InlineData("training.epochs", "0", "training.epochs: expected a whole number of at least 1, not '0'")]
    [InlineData("training.batch_size", "91", "training.batch_size: expected 1 to the 90 training images of digits, found 91")]
    [InlineData("training.learning_rate", "0", "training.learning_rate: expected a number above 0, not '0'")]
    [InlineData("training.learning_rate", "3e-3", "training.learning_rate: expected 0.003, not '3e-3'")]
    [InlineData("training.warmup_epochs", "-1", "training.warmup_epochs: expected a number of at least 0, not '-1'")]
    [InlineData("training.gradient_clip", "0", "training.gradient_clip: expected a number above 0, not '0'")]
    [InlineData("training.ema", "1", "training.ema: expected a number of at least 0 and below 1, not '1'")]
    [InlineData("training.precision", "float16", "training.precision: expected one of float32, tf32, bfloat16, not 'float16'")]
    [InlineData("training.accumulate", "17", "training.accumulate: expected 1 to the 16 images of a batch, found 17")]
    [InlineData("training.colour", "red", "training.colour: this version has no such setting")]
    [InlineData("flow.coupling", "cubic", "flow.coupling: expected one of affine, additive, spline, not 'cubic'")]
    [InlineData("flow.levels", "4", "height and width must be even")]
    [InlineData("base.distribution", "cauchy", "base.distribution: expected one of gaussian, dirichlet, von-mises-fisher, not 'cauchy'")]
    [InlineData("base.distribution", "dirichlet", "base.alpha: missing: expected a number above 0")]
    [InlineData("base.alpha", "2", "base.alpha: only dirichlet takes alpha, and base.distribution is von-mises-fisher")]
    [InlineData("training.decay_epochs", "2", "training.decay_epochs: only step takes decay_epochs, and training.schedule is constant")]
    public void Settings_that_cannot_be_trained_are_refused(string path, string text, string expected) =>
        Refused(TinyTrial.With((path, text)), expected);

    [Fact]
    public void Settings_that_are_not_whole_are_refused()
    {
        var spec = TinyTrial.Spec;
        Refused(
            spec with
            {
                Settings = new(spec.Settings.Values.Remove("flow.coupling")),
            },
            "flow.coupling: missing: expected one of affine"
        );
        Refused(spec with { Settings = new(spec.Settings.Values.Clear()) }, "flow.architecture: missing: expected one of glow, realnvp");
    }

    [Fact]
    public void A_device_that_there_is_not_is_refused() =>
        Refused(TinyTrial.Spec with { Device = "tpu" }, "resources.device: expected auto, cpu, cuda or cuda:N, found tpu");

    static void Refused(TrialSpec spec, string expected)
    {
        using var trial = new TinyTrial();
        var failure = Assert.Throws<TrialFailure>(() => trial.Attempt(spec));
        Assert.Equal(AttemptCause.BadSpec, failure.Cause);
        Assert.Contains(expected, failure.Message);
        Assert.Empty(trial.Messages);
    }

    static (double Nats, double Norm, float[] Weights) OneStep(params (string, string)[] settings)
    {
        using var scope = NewDisposeScope();
        using var flow = TrialFlow.Create(TinyTrial.Spec, TinyTrial.Data.Shape, 1, CPU);
        var images = Dequantisation.Apply(new ImageTensors(TinyTrial.Data.Train, CPU).Range(0, 16), 17, 3);
        flow.Initialise(images);
        using var state = new TrainingState(flow, TinyTrial.With(settings).Settings.Training);
        var (nats, norm) = state.Advance(images, 1e-3);
        return (nats, norm, [.. flow.parameters().SelectMany(p => p.data<float>())]);
    }
}
