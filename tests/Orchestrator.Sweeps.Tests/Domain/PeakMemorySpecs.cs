using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

public sealed class PeakMemorySpecs
{
    // Trials 1 to 4: two widths, with two learning rates each.
    const string File = """
        name: test
        dataset: digits
        parameters: { flow.hidden: [32, 64], training.learning_rate: [0.001, 0.002] }
        """;

    [Fact]
    public void What_one_trial_took_is_known_of_all_that_take_as_much()
    {
        var domain = SweepDomain.Of(File);
        var lease = domain.Train();
        Assert.Null(Known(domain, 1));
        Measure(domain, lease, 1, 300);
        Assert.Equal(new PeakMemory(PeakMemory.Cpu, 300), domain.Sweep.Trial(1).Peak);
        Assert.Equal([300, 300, null, null], Enumerable.Range(1, 4).Select(trial => Known(domain, trial)));
        Assert.Null(Known(domain, 1, PeakMemory.Cuda));
        Assert.Empty(domain.Replayed().Differences);
    }

    [Fact]
    public void The_largest_one_counts()
    {
        var domain = SweepDomain.Of(File);
        var (first, second) = (domain.Train(slot: 1), domain.Train(slot: 2));
        Measure(domain, first, 1, 300);
        Measure(domain, second, 1, 200);
        Assert.Equal((300, 300), (Known(domain, 1), Known(domain, 2)));
        Assert.Equal(200, domain.Sweep.Trial(2).Peak!.Bytes);
    }

    [Fact]
    public void A_report_that_comes_twice_or_too_late_changes_nothing()
    {
        var domain = SweepDomain.Of(File);
        var lease = domain.Train();
        Measure(domain, lease, 1, 300);
        Assert.Empty(Measure(domain, lease, 1, 400).Events);
        domain.End(lease, AttemptCause.NodeLost);
        Assert.NotNull(Measure(domain, lease, 2, 400).Refusal);
        Assert.Equal(300, Known(domain, 1));
    }

    static Decision Measure(SweepDomain domain, Lease lease, long sequence, long bytes) =>
        domain.Do(new ReportMemory(lease.Token, sequence, new PeakMemory(PeakMemory.Cpu, bytes)));

    static long? Known(SweepDomain domain, int trial, string device = PeakMemory.Cpu) =>
        domain.Sweep.PeakBytes(domain.Sweep.SpecOf(domain.Sweep.Trial(trial)), device);
}
