using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>A sweep whose first trials crash, diverge or run out of memory alike pauses itself.</summary>
public sealed class AlikeSpecs
{
    const string NoRetries = "retries: { crash: 0, divergence: 0 }";

    [Theory]
    [InlineData(AttemptCause.Crash)]
    [InlineData(AttemptCause.Divergence)]
    public void The_third_trial_that_fails_alike_pauses_the_sweep_and_all_trials_wait(AttemptCause cause)
    {
        var domain = SweepDomain.WithTrials(10, NoRetries);
        Fail(domain, 2, cause, "no kernel image");
        Assert.Equal(SweepStatus.Running, domain.Sweep.Status);
        Fail(domain, 1, cause, "no kernel image");

        Assert.Equal((SweepStatus.Paused, "no kernel image"), (domain.Sweep.Status, domain.Sweep.PausedBecause?.Message));
        Assert.Equal(10, domain.Sweep.Count(TrialStatus.Pending));
        Assert.Equal(
            $"all trials so far ended alike: {StatusText.Of(cause)}: no kernel image",
            StatusText.SelfPause(domain.Sweep.PausedBecause!)
        );
    }

    [Fact]
    public void Attempts_of_one_trial_count_once_and_do_not_count_against_it_once_the_sweep_is_resumed()
    {
        var domain = SweepDomain.WithTrials(10, "retries: { crash: 2 }");
        // The first trial fails, the second has one attempt left, the third has begun.
        Fail(domain, 3 + 2, AttemptCause.Crash, "boom");
        Assert.Equal((SweepStatus.Running, 1), (domain.Sweep.Status, domain.Sweep.Count(TrialStatus.Failed)));
        var second = domain.Train();
        Fail(domain, 1, AttemptCause.Crash, "boom");
        Assert.Equal((SweepStatus.Paused, 2), (domain.Sweep.Status, second.Trial));
        domain.Fail(second, AttemptCause.Crash, "boom");
        Assert.Equal(10, domain.Sweep.Count(TrialStatus.Pending));

        domain.Do(new ResumeSweep());
        var again = domain.Train();
        Assert.Equal((1, 4), (again.Trial, again.Attempt));
        foreach (var _ in Enumerable.Range(0, 2))
        {
            domain.Fail(again, AttemptCause.Crash, "boom");
            again = domain.Train();
            Assert.Equal(1, again.Trial);
        }

        domain.Fail(again, AttemptCause.Crash, "boom");
        Assert.Equal(TrialStatus.Failed, domain.Sweep.Trial(1).Status);
        // It was told, and is not again.
        Fail(domain, 3 * 9, AttemptCause.Crash, "boom");
        Assert.Equal((SweepStatus.Failed, 10), (domain.Sweep.Status, domain.Sweep.Count(TrialStatus.Failed)));
        Assert.Single(domain.Journal.OfType<SweepPaused>());
    }

    [Fact]
    public void Another_fault_after_it_was_resumed_pauses_it_again()
    {
        var domain = SweepDomain.WithTrials(10, NoRetries);
        Fail(domain, 3, AttemptCause.Crash, "boom");
        domain.Do(new ResumeSweep());
        Fail(domain, 2, AttemptCause.Crash, "no such kernel");
        Assert.Equal(SweepStatus.Running, domain.Sweep.Status);
        Fail(domain, 1, AttemptCause.Crash, "no such kernel");
        Assert.Equal((SweepStatus.Paused, "no such kernel"), (domain.Sweep.Status, domain.Sweep.PausedBecause?.Message));
    }

    [Theory]
    [InlineData("exit code 1: cannot open /tmp/a-71/x.bin at 0x7f3a", "exit code 1: cannot open /var/b-2/y.bin at 0xdead01", true)]
    [InlineData("used 12345 of 99999 bytes", "used 777 of 1234567 bytes", true)]
    [InlineData("loss 3.25e-7 is too small", "loss 11.5 is too small", true)]
    [InlineData("job 0123456789abcdef0123 is gone", "job fedcba98-7654-3210-fedc is gone", true)]
    [InlineData("killed by signal 9", "killed by signal 6", false)]
    [InlineData("level0: weights", "level1: weights", false)]
    [InlineData("boom", "bang", false)]
    public void Faults_are_the_same_but_for_what_each_attempt_has_of_its_own(string first, string other, bool isSame)
    {
        var domain = SweepDomain.WithTrials(10, NoRetries);
        Fail(domain, 1, AttemptCause.Crash, first);
        Fail(domain, 2, AttemptCause.Crash, other);
        Assert.Equal(isSame ? SweepStatus.Paused : SweepStatus.Running, domain.Sweep.Status);
    }

    [Theory]
    [InlineData("retries: { crash: 0, alike: 0 }", 10, SweepStatus.Running)]
    [InlineData("retries: { crash: 0, alike: 5 }", 10, SweepStatus.Running)]
    [InlineData("retries: { crash: 0, alike: 4 }", 10, SweepStatus.Paused)]
    [InlineData("retries: { crash: 0, alike: 1 }", 1, SweepStatus.Failed)]
    [InlineData("retries: { crash: 0 }", 4, SweepStatus.Paused)]
    [InlineData("retries: { crash: 0, alike: 4 }", 4, SweepStatus.Failed)]
    public void The_sweep_file_says_how_many_and_where_nobody_is_left_to_be_spared_the_sweep_ends(
        string retries,
        int trials,
        SweepStatus status
    )
    {
        var domain = SweepDomain.WithTrials(trials, retries);
        for (var times = 0; times < 4 && domain.Grant(WorkKind.Training) is { } lease; times++)
            domain.Fail(lease, AttemptCause.Crash, "boom");
        Assert.Equal(status, domain.Sweep.Status);
    }

    [Fact]
    public void Replicates_of_one_choice_say_nothing_of_the_others()
    {
        var domain = SweepDomain.Of(
            $$"""
            name: test
            dataset: digits
            parameters: { training.learning_rate: [0.001, 0.002], replicate: [1, 2, 3] }
            {{NoRetries}}
            """
        );
        Fail(domain, 3, AttemptCause.Crash, "boom");
        Assert.Equal(SweepStatus.Running, domain.Sweep.Status);
        Fail(domain, 1, AttemptCause.Crash, "boom");
        Assert.Equal(SweepStatus.Paused, domain.Sweep.Status);
    }

    [Fact]
    public void Once_a_trial_has_trained_an_epoch_trials_fail_one_by_one()
    {
        var domain = SweepDomain.WithTrials(10, NoRetries);
        domain.Do(new ReportEpoch(domain.Train(slot: 2).Token, 1, SweepDomain.Epoch(1)));
        Fail(domain, 4, AttemptCause.Crash, "boom");
        Assert.Equal((SweepStatus.Running, 4), (domain.Sweep.Status, domain.Sweep.Count(TrialStatus.Failed)));
    }

    [Fact]
    public void A_trial_without_memory_that_may_take_less_of_it_is_not_given_up_on()
    {
        var domain = SweepDomain.WithTrials(5, "trial: { training.batch_size: 2 }");
        foreach (var slot in Enumerable.Range(1, 3).Select(slot => domain.Train(slot: slot)).ToList())
            domain.Fail(slot, AttemptCause.OutOfMemory, "no memory");
        Assert.Equal(SweepStatus.Running, domain.Sweep.Status);
        // One image at a time: there is nothing less.
        Fail(domain, 2, AttemptCause.OutOfMemory, "no memory");
        Assert.Equal((SweepStatus.Running, 2), (domain.Sweep.Status, domain.Sweep.Count(TrialStatus.Failed)));
        var (third, fourth) = (domain.Train(), domain.Train(slot: 2));
        domain.Fail(fourth, AttemptCause.OutOfMemory, "no memory");
        Assert.Equal(SweepStatus.Running, domain.Sweep.Status);
        domain.Fail(third, AttemptCause.OutOfMemory, "no memory");
        Assert.Equal((SweepStatus.Paused, 5), (domain.Sweep.Status, domain.Sweep.Count(TrialStatus.Pending)));
    }

    static void Fail(SweepDomain domain, int times, AttemptCause cause, string message)
    {
        for (var time = 0; time < times; time++)
            domain.Fail(domain.Train(), cause, message);
    }
}
