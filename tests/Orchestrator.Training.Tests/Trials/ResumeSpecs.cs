using CsCheck;
using Orchestrator.Sweeps.Tasks;
using Orchestrator.Training.Checkpoints;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;

namespace Orchestrator.Training.Tests.Trials;

public sealed class ResumeSpecs
{
    static readonly Lazy<Checkpoint> Undisturbed = new(() =>
    {
        using var trial = new TinyTrial();
        trial.Attempt();
        return trial.Newest();
    });

    [Fact]
    public void Killed_and_interrupted_at_any_steps_it_ends_with_the_same_bytes()
    {
        var kills = Gen.Select(Gen.Long[1, TinyTrial.Steps], Gen.Bool).Array[1, 4];
        kills.Sample(
            ends =>
            {
                using var trial = new TinyTrial();
                foreach (var (step, kill) in ends)
                    trial.Attempt(killedAt: kill ? step : null, leavesAt: kill ? null : step);
                Assert.Equal(AttemptCause.Done, trial.Attempt());
                AssertSameOutcome(trial);
            },
            iter: 12,
            threads: 1
        );
    }

    public static TheoryData<string> Kinds =>
        [
            "flow.coupling=spline flow.mixing=permutation base.concentration=learned training.optimizer=adamw training.schedule=cosine",
            "flow.architecture=realnvp flow.coupling=additive training.accumulate=3 training.optimizer=adamax training.schedule=step "
                + "training.decay_epochs=1",
            "training.precision=bfloat16",
            "training.recompute=true training.precision=bfloat16 flow.coupling=spline",
        ];

    // Whatever a training carries from step to step must be in its checkpoints: moments of every optimiser, a learned concentration,
    // permutations; and float32 weights where the networks compute in less.
    [Theory, MemberData(nameof(Kinds))]
    public void Every_kind_of_training_ends_with_the_same_bytes_killed_or_not(string settings)
    {
        var spec = TinyTrial.With([.. settings.Split(' ').Select(setting => setting.Split('=')).Select(pair => (pair[0], pair[1]))]);
        using TinyTrial undisturbed = new(),
            disturbed = new();
        Assert.Equal(AttemptCause.Done, undisturbed.Attempt(spec));
        disturbed.Attempt(spec, killedAt: 7);
        disturbed.Attempt(spec, leavesAt: 13);
        Assert.Equal(AttemptCause.Done, disturbed.Attempt(spec));
        AssertSameOutcome(undisturbed.Newest().Manifest, disturbed.Newest().Manifest);
        Assert.NotEqual(Undisturbed.Value.Manifest.Files[Checkpoint.ModelFile], undisturbed.Newest().Manifest.Files[Checkpoint.ModelFile]);
    }

    [Fact]
    public void Gone_on_with_in_smaller_parts_it_makes_the_same_steps_but_for_rounding()
    {
        using var trial = new TinyTrial();
        trial.Attempt(leavesAt: 8);
        Assert.Equal(AttemptCause.Done, trial.Attempt(TinyTrial.With(("training.accumulate", "4"))));
        Assert.Equal("4", trial.Newest().Manifest.Spec.Settings.Values["training.accumulate"]);
        Assert.All(
            Undisturbed.Value.Manifest.Reports.Zip(trial.Newest().Manifest.Reports),
            both =>
            {
                Assert.Equal(both.First.TrainBitsPerDim, both.Second.TrainBitsPerDim, 4);
                Assert.Equal(both.First.ValidationBitsPerDim, both.Second.ValidationBitsPerDim, 4);
            }
        );
    }

    [Fact]
    public void Asked_to_leave_it_checkpoints_the_very_step()
    {
        using var trial = new TinyTrial();
        Assert.Equal(AttemptCause.Interrupted, trial.Attempt(leavesAt: 8));
        Assert.Equal((8L, 1, 3), (trial.Newest().Manifest.Step, trial.Newest().Manifest.Epoch, trial.Newest().Manifest.Open!.StepsDone));
        trial.Messages.Clear();
        trial.Attempt();
        Assert.Equal(8, trial.Of<ProcessMessage.Started>().Single().ResumedFromStep);
        Assert.Equal(9, trial.Of<ProcessMessage.Progress>().First().Step);
        AssertSameOutcome(trial);
    }

    [Fact]
    public void Asked_to_leave_at_an_epochs_last_step_it_validates_after_resuming()
    {
        using var trial = new TinyTrial();
        Assert.Equal(AttemptCause.Interrupted, trial.Attempt(leavesAt: TinyTrial.StepsPerEpoch));
        Assert.Empty(trial.Of<ProcessMessage.ReportEpoch>());
        trial.Attempt();
        AssertSameOutcome(trial);
    }

    [Fact]
    public void Long_epochs_are_checkpointed_in_between()
    {
        using var trial = new TinyTrial { MillisecondsPerLook = 61_000 };
        Assert.Null(trial.Attempt(killedAt: 4));
        Assert.Equal(3, trial.Newest().Manifest.Step);
        trial.Attempt();
        AssertSameOutcome(trial);
    }

    [Fact]
    public void A_damaged_newest_checkpoint_costs_steps_and_changes_nothing()
    {
        using var trial = new TinyTrial();
        trial.Attempt(leavesAt: 13);
        var path = Path.Combine(trial.Newest().Folder, Checkpoint.OptimizerFile);
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        trial.Messages.Clear();
        trial.Attempt();
        Assert.Contains(path, Assert.Single(trial.Of<ProcessMessage.Warning>()).Message);
        Assert.Equal(10, trial.Of<ProcessMessage.Started>().Single().ResumedFromStep);
        AssertSameOutcome(trial);
    }

    [Fact]
    public void A_finished_trial_trains_no_more()
    {
        using var trial = new TinyTrial();
        trial.Attempt();
        var final = trial.Newest().Info;
        trial.Messages.Clear();
        Assert.Equal(AttemptCause.Done, trial.Attempt());
        Assert.Empty(trial.Of<ProcessMessage.Progress>());
        // Who gave the task said that it knows of no epoch.
        Assert.Equal([1, 2, 3, 4], trial.Of<ProcessMessage.ReportEpoch>().Select(message => message.Report.Epoch));
        Assert.Equal(final, trial.Of<ProcessMessage.ReportCheckpoint>().Single().Checkpoint);
    }

    [Fact]
    public void More_epochs_go_on_from_the_final_checkpoint()
    {
        using var trial = new TinyTrial();
        trial.Attempt();
        trial.Messages.Clear();
        // Another machine may go on too.
        trial.Attempt(TinyTrial.With(("training.epochs", "5")) with { Threads = 2, Device = "auto" });
        Assert.Equal([1, 2, 3, 4, 5], trial.Of<ProcessMessage.ReportEpoch>().Select(m => m.Report.Epoch));
        Assert.Equal((25L, true), (trial.Newest().Manifest.Step, trial.Newest().Manifest.Final));
    }

    [Fact]
    public void A_checkpoint_of_another_spec_is_not_taken()
    {
        using var trial = new TinyTrial();
        trial.Attempt(leavesAt: 7);
        var failure = Assert.Throws<TrialFailure>(() => trial.Attempt(TinyTrial.Spec with { Seed = 8 }));
        Assert.Equal(AttemptCause.BadSpec, failure.Cause);
        Assert.Contains("with another spec (seed of the trial: 7 → 8)", failure.Message);
        Assert.DoesNotContain("{", failure.Message);
    }

    [Fact]
    public void A_checkpoint_of_a_data_set_that_changed_is_not_taken()
    {
        using var trial = new TinyTrial();
        trial.Attempt(leavesAt: 7);
        var data = TinyTrial.Data;
        var changed = new ImageDataset(data.Name, data.Levels, data.Classes, data.Train, data.Test, data.Validation);
        var failure = Assert.Throws<TrialFailure>(() => trial.Attempt(data: changed));
        Assert.Equal(AttemptCause.Data, failure.Cause);
        Assert.Contains("data set digits changed since the newest checkpoint, of step 7", failure.Message);
    }

    [Fact]
    public void Moved_to_another_machine_with_only_the_storage_in_common_it_ends_with_the_same_bytes()
    {
        using var server = new S3Server();
        using var trial = new TinyTrial { Storage = server.Address };
        Assert.Equal(AttemptCause.Interrupted, trial.Attempt(leavesAt: 12));
        trial.Move();
        trial.Messages.Clear();
        Assert.Equal(AttemptCause.Done, trial.Attempt());
        Assert.Equal(12, trial.Of<ProcessMessage.Started>().Single().ResumedFromStep);
        Assert.Equal(
            $"s3://{S3Server.Bucket}/runs/sweeps/sweep/trials/t0001/attempt-2/checkpoints/0000000020",
            trial.Of<ProcessMessage.ReportCheckpoint>().Last().Checkpoint.Path
        );
        AssertSameOutcome(trial);
    }

    static void AssertSameOutcome(TinyTrial trial) => AssertSameOutcome(Undisturbed.Value.Manifest, trial.Newest().Manifest);

    static void AssertSameOutcome(CheckpointManifest expected, CheckpointManifest actual)
    {
        Assert.Equal(expected.Files[Checkpoint.ModelFile], actual.Files[Checkpoint.ModelFile]);
        Assert.Equal(expected.Files[Checkpoint.OptimizerFile], actual.Files[Checkpoint.OptimizerFile]);
        Assert.Equal(
            expected.Reports.Select(r => r with { Seconds = 0, ImagesPerSecond = 0 }),
            actual.Reports.Select(r => r with { Seconds = 0, ImagesPerSecond = 0 })
        );
    }
}
