using CsCheck;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

/// <summary>A training that runs out of memory makes the same steps in less.</summary>
public sealed class OutOfMemorySpecs
{
    [Fact]
    public void The_next_attempt_cuts_each_batch_into_twice_as_many_parts()
    {
        var domain = Trial(batch: 64);
        Assert.Equal(1, Parts(domain));
        domain.End(domain.Train(), AttemptCause.OutOfMemory);
        Assert.Equal((TrialStatus.Pending, 2), (domain.Sweep.Trial(1).Status, domain.Sweep.Trial(1).Accumulate));
        Assert.Equal(2, Parts(domain));
        domain.End(domain.Train(), AttemptCause.OutOfMemory);
        domain.Train();
        Assert.Equal([null, 2, 4], domain.Journal.OfType<LeaseGranted>().Select(granted => granted.Accumulate));
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void Other_ends_change_nothing_of_it()
    {
        var domain = Trial(batch: 64);
        domain.End(domain.Train(), AttemptCause.OutOfMemory);
        domain.End(domain.Train(), AttemptCause.NodeLost);
        domain.End(domain.Train(), AttemptCause.Crash);
        Assert.Equal(2, Parts(domain));
    }

    [Fact]
    public void Only_a_part_of_one_image_that_does_not_fit_fails_the_trial()
    {
        var domain = Trial(batch: 12, more: "retries: { out_of_memory: 0 }");
        foreach (var parts in new[] { 1, 2, 4, 12 })
        {
            Assert.Equal((TrialStatus.Pending, parts), (domain.Sweep.Trial(1).Status, Parts(domain)));
            domain.End(domain.Train(), AttemptCause.OutOfMemory);
        }

        Assert.Equal((TrialStatus.Failed, AttemptCause.OutOfMemory), (domain.Sweep.Trial(1).Status, domain.Sweep.Trial(1).End!.Cause));
        Assert.Equal(SweepStatus.Failed, domain.Sweep.Status);
    }

    [Fact]
    public void Who_asks_for_another_try_gets_it_with_the_parts_of_the_file()
    {
        var domain = Trial(batch: 2);
        domain.End(domain.Train(), AttemptCause.OutOfMemory);
        domain.End(domain.Train(), AttemptCause.OutOfMemory);
        Assert.Equal(TrialStatus.Failed, domain.Sweep.Trial(1).Status);
        domain.Do(new RetryTrials([1]));
        Assert.Equal(1, Parts(domain));
    }

    [Fact]
    public void An_evaluation_is_tried_again_as_often_as_the_file_says()
    {
        var domain = SweepDomain.WithTrials(1, "retries: { out_of_memory: 1 }");
        domain.FinishTraining(domain.Train());
        domain.End(domain.Evaluate(), AttemptCause.OutOfMemory);
        Assert.Equal(EvaluationStatus.Pending, domain.Sweep.Trial(1).Evaluation);
        domain.End(domain.Evaluate(), AttemptCause.OutOfMemory);
        Assert.Equal(EvaluationStatus.Failed, domain.Sweep.Trial(1).Evaluation);
        Assert.Null(domain.Sweep.Trial(1).Accumulate);
    }

    [Fact]
    public void What_was_measured_in_fewer_parts_is_not_known_of_more()
    {
        var domain = Trial(batch: 64);
        var lease = domain.Train();
        domain.Do(new ReportMemory(lease.Token, 1, new PeakMemory(PeakMemory.Cpu, 300)));
        Assert.Equal(300, domain.Sweep.PeakBytes(domain.Sweep.SpecOf(domain.Sweep.Trial(1)), PeakMemory.Cpu));
        domain.End(lease, AttemptCause.OutOfMemory);
        Assert.Null(domain.Sweep.PeakBytes(domain.Sweep.SpecOf(domain.Sweep.Trial(1)), PeakMemory.Cpu));
    }

    [Fact]
    public void Parts_grow_to_one_image_each_and_are_equal() =>
        Gen.Select(Gen.Int[1, 600], Gen.Int[1, 600])
            .Sample(
                (batch, given) =>
                {
                    var (parts, begun) = (given, given);
                    while (Settings(batch, parts).MoreParts() is { } more)
                    {
                        Assert.True(more >= Math.Min(2 * parts, batch) && more <= batch);
                        Assert.Equal(0, batch % more);
                        parts = more;
                    }

                    Assert.Equal(Math.Max(batch, begun), parts);
                }
            );

    static SweepDomain Trial(int batch, string more = "") =>
        SweepDomain.WithTrials(1, $"trial: {{ training: {{ batch_size: {batch} }} }}\n{more}");

    static int Parts(SweepDomain domain) => domain.Sweep.SpecOf(domain.Sweep.Trial(1)).Settings.Training.Accumulate;

    static TrainingSettings Settings(int batch, int parts) =>
        TrialSettings.Default.With(("training.batch_size", $"{batch}"), ("training.accumulate", $"{parts}")).Training;
}
