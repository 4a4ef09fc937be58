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

    /// <summary>What is known to take more memory than the slot has waits for one that has more, and the journal tells why.</summary>
    [Fact]
    public void A_slot_of_cores_is_given_what_its_memory_holds()
    {
        var domain = SweepDomain.Of(File);
        Measure(domain, domain.Train(), 1, 300);
        var little = new SlotResources(null, 1, 200);
        var first = Granted(domain, 2, little);
        Assert.Equal((3, little), (first.Trial, first.Free));
        var second = Granted(domain, 3, little with { Bytes = 300 });
        Assert.Equal((2, (SlotResources?)null), (second.Trial, second.Free));
        Assert.Empty(domain.Replayed().Differences);
    }

    static LeaseGranted Granted(SweepDomain domain, int slot, SlotResources free) =>
        domain.Do(new GrantLease("n", slot, WorkKind.Training) { Free = free }).Events.OfType<LeaseGranted>().Single();

    static Decision Measure(SweepDomain domain, Lease lease, long sequence, long bytes) =>
        domain.Do(new ReportMemory(lease.Token, sequence, new PeakMemory(PeakMemory.Cpu, bytes)));

    static long? Known(SweepDomain domain, int trial, string device = PeakMemory.Cpu) =>
        domain.Sweep.PeakBytes(domain.Sweep.SpecOf(domain.Sweep.Trial(trial)), device);
}
