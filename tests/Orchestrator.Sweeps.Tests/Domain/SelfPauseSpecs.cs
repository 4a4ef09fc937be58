using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>A sweep pauses itself for a fault that no further trial would be spared.</summary>
public sealed class SelfPauseSpecs
{
    const string Fault = "resources.device: cuda:7 is not there";

    const string TwoByThree = """
        name: test
        dataset: digits
        parameters: { training.learning_rate: [0.001, 0.002], replicate: [1, 2, 3] }
        """;

    [Fact]
    public void A_fault_that_all_trials_share_is_found_in_two_of_them_and_told_once()
    {
        var domain = SweepDomain.WithTrials(100);
        domain.Fail(domain.Train(), AttemptCause.BadSpec, Fault);
        Assert.Equal(SweepStatus.Running, domain.Sweep.Status);
        domain.Fail(domain.Train(), AttemptCause.BadSpec, Fault);

        Assert.Equal((SweepStatus.Paused, Fault), (domain.Sweep.Status, domain.Sweep.PausedBecause?.Message));
        Assert.Equal(100, domain.Sweep.Count(TrialStatus.Pending));
        Assert.Null(domain.Grant(WorkKind.Training));
    }

    [Fact]
    public void Trials_that_come_back_with_the_fault_while_the_sweep_is_paused_for_it_wait_too()
    {
        var domain = SweepDomain.WithTrials(5);
        var running = Enumerable.Range(1, 4).Select(slot => domain.Train(slot: slot)).ToList();
        foreach (var lease in running)
            domain.Fail(lease, AttemptCause.BadSpec, Fault);
        Assert.Equal((SweepStatus.Paused, 5), (domain.Sweep.Status, domain.Sweep.Count(TrialStatus.Pending)));
        Assert.Single(domain.Journal.OfType<SweepPaused>());
    }

    [Fact]
    public void Resumed_it_goes_on_with_all_trials_and_does_not_pause_for_the_same_fault_again()
    {
        var domain = SharedFault(4);
        domain.Do(new ResumeSweep());
        Assert.Null(domain.Sweep.PausedBecause);
        while (domain.Grant(WorkKind.Training) is { } lease)
            domain.Fail(lease, AttemptCause.BadSpec, Fault);
        Assert.Equal((SweepStatus.Failed, 4), (domain.Sweep.Status, domain.Sweep.Count(TrialStatus.Failed)));
        Assert.Single(domain.Journal.OfType<SweepPaused>());
    }

    [Fact]
    public void Mended_and_resumed_every_trial_is_trained()
    {
        var domain = SharedFault(4);
        domain.Do(new ResumeSweep());
        while (domain.Grant(WorkKind.Training) is { } lease)
            domain.FinishTraining(lease);
        Assert.Equal(4, domain.Sweep.Count(TrialStatus.Completed));
    }

    [Fact]
    public void Replicates_of_one_choice_that_is_bad_say_nothing_of_the_other_choices()
    {
        var domain = SweepDomain.Of(TwoByThree);
        foreach (var _ in Enumerable.Range(0, 3))
            domain.Fail(domain.Train(), AttemptCause.BadSpec, Fault);
        Assert.Equal((SweepStatus.Running, 3), (domain.Sweep.Status, domain.Sweep.Count(TrialStatus.Failed)));
        domain.Fail(domain.Train(), AttemptCause.BadSpec, Fault);
        Assert.Equal((SweepStatus.Paused, 6), (domain.Sweep.Status, domain.Sweep.Count(TrialStatus.Pending)));
    }

    [Theory]
    [InlineData("another message")]
    [InlineData("another cause")]
    [InlineData("no message")]
    [InlineData("one completed")]
    [InlineData("one learns")]
    [InlineData("no trial is left")]
    public void A_fault_that_not_all_trials_share_fails_its_own_trials_and_no_others(string how)
    {
        var domain = SweepDomain.WithTrials(how == "no trial is left" ? 2 : 6, "retries: { crash: 0 }");
        if (how == "one completed")
            domain.FinishTraining(domain.Train());
        if (how == "one learns")
            domain.Do(new ReportEpoch(domain.Train(slot: 2).Token, 1, SweepDomain.Epoch(1)));
        if (how == "another cause")
            domain.Fail(domain.Train(), AttemptCause.Crash, Fault);
        foreach (var trial in Enumerable.Range(1, 2))
        {
            if (how == "no message")
                domain.End(domain.Train(), AttemptCause.BadSpec);
            else
                domain.Fail(domain.Train(), AttemptCause.BadSpec, how == "another message" ? $"{Fault} {trial}" : Fault);
        }

        Assert.Empty(domain.Journal.OfType<SweepPaused>());
        Assert.Equal(how == "another cause" ? 3 : 2, domain.Sweep.Count(TrialStatus.Failed));
    }

    [Theory]
    [InlineData(WorkKind.Training)]
    [InlineData(WorkKind.Evaluation)]
    public void Data_that_are_not_the_sweeps_pause_it_and_cost_no_trial_anything(WorkKind kind)
    {
        var domain = SweepDomain.WithTrials(3, "retries: { crash: 0, out_of_memory: 0, divergence: 0 }");
        if (kind == WorkKind.Evaluation)
            domain.FinishTraining(domain.Train());
        for (var again = 0; again < 5; again++)
        {
            domain.Fail(domain.Grant(kind)!, AttemptCause.Data, "other data");
            Assert.Equal((SweepStatus.Paused, "other data"), (domain.Sweep.Status, domain.Sweep.PausedBecause?.Message));
            Assert.Null(domain.Grant(WorkKind.Training));
            Assert.Null(domain.Grant(WorkKind.Evaluation));
            domain.Do(new ResumeSweep());
        }

        if (kind == WorkKind.Evaluation)
            domain.End(domain.Evaluate(), AttemptCause.Done);
        else
            domain.FinishTraining(domain.Train());
        Assert.Equal((0, TrialStatus.Completed), (domain.Sweep.Count(TrialStatus.Failed), domain.Sweep.Trial(1).Status));
    }

    [Fact]
    public void A_node_without_the_data_is_left_out_for_a_while_and_the_others_go_on()
    {
        var domain = SweepDomain.WithTrials(6);
        var good = domain.Train("good");
        domain.Fail(domain.Train("bad"), AttemptCause.Data, "no folder /data");
        Assert.Equal(SweepStatus.Running, domain.Sweep.Status);
        Assert.Null(domain.Grant(WorkKind.Training, "bad"));
        Assert.Null(domain.Grant(WorkKind.Evaluation, "bad"));
        domain.FinishTraining(good);
        Assert.NotNull(domain.Grant(WorkKind.Training, "good"));
        // It may have been given them since.
        domain.Wait(TimeSpan.FromMinutes(10));
        Assert.NotNull(domain.Grant(WorkKind.Training, "bad"));
    }

    [Fact]
    public void Who_has_put_the_data_on_a_node_says_so_with_resume()
    {
        var domain = SweepDomain.WithTrials(6);
        domain.Train("good");
        domain.Fail(domain.Train("bad"), AttemptCause.Data, "no folder /data");
        Assert.Single(domain.Do(new ResumeSweep()).Events);
        Assert.NotNull(domain.Grant(WorkKind.Training, "bad"));
        Assert.Equal(Decision.Nothing, domain.Do(new ResumeSweep()));
    }

    [Fact]
    public void The_first_attempt_that_says_what_it_loaded_decides_and_another_data_set_ends_its_attempt()
    {
        var domain = SweepDomain.WithTrials(3);
        var (first, second) = (domain.Train("a"), domain.Train("b"));
        Assert.Equal(
            new DatasetRecorded("d1") { At = domain.Journal[^1].At.AddSeconds(1) },
            Assert.Single(domain.Do(new ReportDataset(first.Token, "d1")).Events)
        );
        Assert.Equal(Decision.Nothing, domain.Do(new ReportDataset(first.Token, "d1")));
        domain.Do(new ReportDataset(second.Token, "d2"));

        Assert.Equal(
            ("d1", TrialStatus.Pending, TrialStatus.Running),
            (domain.Sweep.DatasetSha256, domain.Sweep.Trial(2).Status, domain.Sweep.Trial(1).Status)
        );
        var end = domain.Sweep.Trial(2).End!;
        Assert.Equal(AttemptCause.Data, end.Cause);
        Assert.Contains("d2, and the sweep's is d1", end.Message, StringComparison.Ordinal);
        Assert.NotNull(domain.Do(new ReportDataset(second.Token, "d1")).Refusal);
    }

    [Fact]
    public void A_data_set_is_recorded_once_and_another_one_refused_with_both_hashes()
    {
        var domain = SweepDomain.WithTrials(1);
        Assert.Single(domain.Do(domain.Again("d1")).Events);
        Assert.Equal(Decision.Nothing, domain.Do(domain.Again("d1")));
        Assert.Contains("SHA-256 d2, and the sweep's is d1", domain.Do(domain.Again("d2")).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_set_in_a_relative_folder_is_refused()
    {
        var domain = new SweepDomain();
        var spec = Orchestrator.Sweeps.SweepFiles.SweepFile.Parse("name: test\ndataset: idx:data", "test.yaml");
        Assert.Contains("idx:data is relative", domain.Do(new SubmitSweep(spec, "")).Refusal, StringComparison.Ordinal);
        Assert.Null(domain.Do(new SubmitSweep(spec with { Dataset = "idx:/data" }, "")).Refusal);
    }

    static SweepDomain SharedFault(int trials)
    {
        var domain = SweepDomain.WithTrials(trials);
        foreach (var _ in Enumerable.Range(0, 2))
            domain.Fail(domain.Train(), AttemptCause.BadSpec, Fault);
        return domain;
    }
}
