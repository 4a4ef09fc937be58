using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Tests.Domain;

public sealed class PlacementSpecs
{
    static readonly SlotResources Cores = new(null, 2),
        Gpu = new(0, 1, 80L << 30),
        HalfGpu = new(1, 0.5, 40L << 30);

    [Theory]
    [InlineData("device: auto", true, true, false)]
    [InlineData("device: cpu", true, false, false)]
    [InlineData("device: cuda, gpu_fraction: 0.5", false, true, true)]
    [InlineData("device: 'cuda:0'", false, true, false)]
    [InlineData("device: 'cuda:1', gpu_fraction: 0.5", false, false, true)]
    [InlineData("device: 'cuda:2'", false, false, false)]
    [InlineData("gpu_fraction: 0.6", true, true, false)]
    [InlineData("gpu_fraction: 0.5", true, true, true)]
    [InlineData("threads: 2", true, true, false)]
    [InlineData("threads: 3, gpu_fraction: 0.5", false, true, true)]
    public void A_trial_is_granted_only_where_its_needs_fit(string resources, bool cores, bool gpu, bool halfGpu)
    {
        Assert.Equal(cores, IsGranted(Cores));
        Assert.Equal(gpu, IsGranted(Gpu));
        Assert.Equal(halfGpu, IsGranted(HalfGpu));

        bool IsGranted(SlotResources free) =>
            Of(resources).Do(new GrantLease("n", 1, WorkKind.Training) { Free = free }).Events.OfType<LeaseGranted>().Any();
    }

    [Theory]
    [InlineData("device: auto", true, true, false)]
    [InlineData("device: cpu", true, true, true)]
    [InlineData("device: cuda", false, true, false)]
    [InlineData("device: 'cuda:1'", false, true, false)]
    public void An_evaluation_of_what_trains_on_CPU_takes_no_GPU(string resources, bool cores, bool gpu, bool takenGpu)
    {
        Assert.Equal(cores, IsGranted(Cores));
        Assert.Equal(gpu, IsGranted(Gpu));
        Assert.Equal(takenGpu, IsGranted(Gpu with { Share = 0 }));

        bool IsGranted(SlotResources free)
        {
            var sweep = Of(resources);
            sweep.FinishTraining(sweep.Train());
            return sweep.Do(new GrantLease("n", 2, WorkKind.Evaluation) { Free = free }).Events.OfType<LeaseGranted>().Any();
        }
    }

    [Theory]
    [InlineData("device: cuda", "trials need a GPU (resources.device: cuda), and the nodes have slots of CPU cores only")]
    [InlineData("threads: 3", "a trial takes 3 cores (resources.threads), and no node has more than 2")]
    [InlineData("device: cpu, threads: 2", null)]
    public void What_no_node_of_cores_can_hold_is_said(string resources, string? lack) =>
        Assert.Equal(lack, Placement.Lack(Of(resources).Sweep, [new(null, 1), Cores], []));

    [Theory]
    [InlineData("device: cpu", "trials compute on CPU (resources.device: cpu), and the nodes have slots of GPUs only")]
    [InlineData("device: 'cuda:7'", "trials need the GPU of one number (resources.device: cuda:7), and no node has one of that number")]
    public void What_no_node_of_GPUs_can_hold_is_said(string resources, string lack) =>
        Assert.StartsWith(lack, Placement.Lack(Of(resources).Sweep, [Gpu, HalfGpu], []), StringComparison.Ordinal);

    [Fact]
    public void Nothing_is_said_where_no_slot_is_known_or_no_trial_waits()
    {
        var sweep = Of("device: cuda");
        Assert.Null(Placement.Lack(sweep.Sweep, [], []));
        var lease = sweep.Train();
        // After a failover, slots at work are not known.
        Assert.Null(Placement.Lack(sweep.Sweep, [Cores], []));
        sweep.FinishTraining(lease);
        sweep.FinishTraining(sweep.Train());
        Assert.Null(Placement.Lack(sweep.Sweep, [Cores], []));
        Assert.Equal(
            "evaluations need a GPU (resources.device: cuda), and the evaluators have CPU cores only",
            Placement.Lack(sweep.Sweep, [Cores], [Cores])
        );
        Assert.Null(Placement.Lack(sweep.Sweep, [Cores], [Cores, Gpu]));
    }

    [Fact]
    public void Why_it_waits_is_noted_once_and_forgotten_with_the_next_grant()
    {
        var sweep = Of("device: cuda");
        Assert.Equal(["none fits"], sweep.Do(new NoteWait("none fits")).Events.OfType<WaitNoted>().Select(noted => noted.Because));
        Assert.Empty(sweep.Do(new NoteWait("none fits")).Events);
        Assert.Equal("none fits", sweep.Sweep.WaitsBecause);
        sweep.Train();
        Assert.Null(sweep.Sweep.WaitsBecause);
        Assert.Empty(sweep.Do(new NoteWait(null)).Events);
        Assert.Empty(sweep.Replayed().Differences);
    }

    /// <summary>Trials 1 and 2 are wide, 3 and 4 narrow.</summary>
    [Fact]
    public void A_trial_that_takes_more_memory_than_is_free_waits_while_others_begin()
    {
        var sweep = TwoWidths();
        Measure(sweep, sweep.Train(slot: 1), 60L << 30);
        Assert.Equal(3, On(sweep, Gpu with { Bytes = 20L << 30 })!.Trial);
        Assert.Equal(2, On(sweep, Gpu with { Bytes = 60L << 30 })!.Trial);
        Assert.Equal(4, On(sweep, Gpu with { Bytes = null })!.Trial);
        Assert.Empty(sweep.Replayed().Differences);
    }

    [Fact]
    public void What_takes_more_memory_than_any_GPU_has_is_said()
    {
        var sweep = TwoWidths();
        var wide = sweep.Train();
        Measure(sweep, wide, 60L << 30);
        var narrow = Enumerable.Range(0, 2).Select(_ => On(sweep, Gpu with { Bytes = 1 })!).ToList();
        Assert.Null(On(sweep, Gpu with { Bytes = 40L << 30 }));
        narrow.ForEach(lease => sweep.FinishTraining(lease));
        sweep.End(wide, AttemptCause.NodeLost);
        Assert.Equal(
            "the smallest trial that waits takes 60.0 GiB of GPU memory, as measured, and no GPU has more than 40.0 GiB",
            Placement.Lack(sweep.Sweep, [HalfGpu with { Share = 1 }], [])
        );
        Assert.Null(Placement.Lack(sweep.Sweep, [HalfGpu with { Share = 1 }, Gpu], []));
        Assert.Null(Placement.Lack(sweep.Sweep, [HalfGpu with { Share = 1 }, Cores], []));
    }

    static SweepDomain TwoWidths() =>
        SweepDomain.Of("name: test\ndataset: digits\nparameters: { flow.hidden: [64, 32], training.learning_rate: [0.001, 0.002] }\n");

    static void Measure(SweepDomain sweep, Lease lease, long bytes) =>
        sweep.Do(new ReportMemory(lease.Token, 1, new PeakMemory(PeakMemory.Cuda, bytes)));

    static Lease? On(SweepDomain sweep, SlotResources free) =>
        sweep.Do(new GrantLease("n", 1, WorkKind.Training) { Free = free }).Events.OfType<LeaseGranted>().FirstOrDefault() is { } granted
            ? sweep.Sweep.Leases[granted.Token].Lease
            : null;

    static SweepDomain Of(string resources) => SweepDomain.WithTrials(2, $"resources: {{ {resources} }}");
}
