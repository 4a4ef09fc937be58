using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;
using TorchSharp;
using static TorchSharp.torch;

namespace Orchestrator.Training.Tests.Trials;

public sealed class TrainingLoopTests
{
    [Fact]
    public void A_trial_reports_each_epoch_and_ends_with_its_final_checkpoint()
    {
        using var trial = new TinyTrial();
        Assert.Equal(AttemptCause.Done, trial.Attempt());

        var reports = trial.Of<ProcessMessage.EpochFinished>().Select(m => m.Report).ToArray();
        Assert.Equal([(1, 5L), (2, 10L), (3, 15L), (4, 20L)], reports.Select(r => (r.Epoch, r.Step)));
        Assert.True(reports[^1].ValidationBitsPerDim < reports[0].ValidationBitsPerDim - 0.1);
        Assert.All(reports, r => Assert.True(r is { GradientNorm: > 0, ImagesPerSecond: > 0, Seconds: > 0 }));
        Assert.Equal([2e-3, 3e-3, 3e-3, 3e-3], reports.Select(r => Math.Round(r.LearningRate, 9)));

        var written = trial.Of<ProcessMessage.CheckpointWritten>().Select(m => m.Checkpoint).ToArray();
        Assert.Equal([false, false, false, true], written.Select(c => c.Final));
        Assert.Equal(written[^1], trial.Newest().Info);
        Assert.Null(Assert.Single(trial.Of<ProcessMessage.Started>()).ResumedFromStep);
    }

    [Fact]
    public void Metrics_hold_one_line_an_epoch_also_those_of_earlier_attempts()
    {
        using var trial = new TinyTrial();
        trial.Attempt(killedAt: 13);
        trial.Attempt();
        var lines = File.ReadAllLines(Path.Combine(trial.LatestAttempt, "metrics.jsonl")).Select(l => JsonSerializer.Deserialize<EpochReport>(l, OrchestratorJson.Compact)!);
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
        Assert.Equal(trial.Of<ProcessMessage.EpochFinished>().Last().Report.ValidationBitsPerDim,
            Likelihood.BitsPerDim(flow, validation, 17, TrialSeeds.Validation, stop: TestContext.Current.CancellationToken).Average());
    }

    [Fact]
    public void Seed_and_stream_both_decide_the_outcome()
    {
        var shas = new[] { (7, 0), (8, 0), (7, 1), (7, 0) }.Select(run =>
        {
            using var trial = new TinyTrial();
            trial.Attempt(TinyTrial.Spec with { Seed = run.Item1, Training = TinyTrial.Spec.Training with { Epochs = 1 } }, run.Item2);
            return trial.Newest().Info.Sha256;
        }).ToArray();
        Assert.Equal(3, shas.Distinct().Count());
        Assert.Equal(shas[0], shas[3]);
    }

    [Fact]
    public void The_limit_of_the_gradient_decides_the_outcome()
    {
        var shas = new[] { 1e-3, 1e3 }.Select(limit =>
        {
            using var trial = new TinyTrial();
            trial.Attempt(TinyTrial.Spec with { Training = TinyTrial.Spec.Training with { Epochs = 1, GradientClip = limit } });
            return trial.Newest().Info.Sha256;
        }).ToArray();
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
        var failure = Assert.Throws<TrialFailure>(() => trial.Attempt(With(learningRate: 1e6)));
        Assert.Equal(AttemptCause.Divergence, failure.Cause);
        Assert.InRange(failure.Step!.Value, 2, TinyTrial.Steps);
        Assert.Matches(@"^(level\d\.|base)", failure.Layer);
        Assert.Contains($"step {failure.Step}", failure.Message);
        Assert.Equal(failure.Step - 1, trial.Of<ProcessMessage.Progress>().Last().Step);
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
    [InlineData("epochs", "training.epochs: expected at least 1, found 0")]
    [InlineData("batch", "training.batch_size: expected 1 to the 90 training images of digits, found 91")]
    [InlineData("learning_rate", "training.learning_rate: expected a finite number above 0, found 0")]
    [InlineData("warmup", "training.warmup_epochs: expected a finite number, at least 0, found -1")]
    [InlineData("clip", "training.gradient_clip: expected a number above 0, found 0")]
    [InlineData("ema", "training.ema: expected at least 0 and below 1, found 1")]
    [InlineData("precision", "training.precision: expected float32, found float16")]
    [InlineData("levels", "height and width must be even")]
    [InlineData("base", "unknown base distribution 'cauchy'")]
    [InlineData("device", "resources.device: expected auto, cpu, cuda or cuda:N, found tpu")]
    public void A_spec_that_cannot_be_trained_is_refused(string fault, string expected)
    {
        var spec = fault switch
        {
            "epochs" => TinyTrial.Spec with { Training = TinyTrial.Spec.Training with { Epochs = 0 } },
            "batch" => TinyTrial.Spec with { Training = TinyTrial.Spec.Training with { BatchSize = 91 } },
            "learning_rate" => With(learningRate: 0),
            "warmup" => TinyTrial.Spec with { Training = TinyTrial.Spec.Training with { WarmupEpochs = -1 } },
            "clip" => TinyTrial.Spec with { Training = TinyTrial.Spec.Training with { GradientClip = 0 } },
            "ema" => TinyTrial.Spec with { Training = TinyTrial.Spec.Training with { Ema = 1 } },
            "precision" => TinyTrial.Spec with { Training = TinyTrial.Spec.Training with { Precision = "float16" } },
            "levels" => TinyTrial.Spec with { Flow = TinyTrial.Spec.Flow with { Levels = 4 } },
            "base" => TinyTrial.Spec with { Base = new BaseSpec("cauchy") },
            _ => TinyTrial.Spec with { Device = "tpu" },
        };
        using var trial = new TinyTrial();
        var failure = Assert.Throws<TrialFailure>(() => trial.Attempt(spec));
        Assert.Equal(AttemptCause.BadSpec, failure.Cause);
        Assert.Contains(expected, failure.Message);
        Assert.Empty(trial.Messages);
    }

    static TrialSpec With(double learningRate) => TinyTrial.Spec with { Training = TinyTrial.Spec.Training with { LearningRate = learningRate } };
}
