using CsCheck;
using Orchestrator.Cluster.Devices;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Tests.Devices;

public sealed class DeviceSharesSpecs
{
    const long Bytes = 80L << 30;
    static readonly SlotDevice Gpu = new(new CudaDevice(1, "GPU-1", "NVIDIA H100", Bytes));

    readonly DeviceShares _gpu = new(Gpu, 1);
    readonly List<int> _told = [];

    [Fact]
    public void One_slot_asks_at_a_time_and_the_next_one_is_told_when_it_may()
    {
        Assert.Equal(new SlotResources(1, 1, Bytes), Ask(1));
        Assert.Equal(new SlotResources(1, 0, 0), Ask(2));
        Assert.Equal(new SlotResources(1, 1, Bytes), Ask(1));
        Assert.Empty(_told);
        Assert.True(_gpu.TryTake(1, 0.5, 30L << 30));
        Assert.Equal([2], _told);
        Assert.Equal(new SlotResources(1, 0.5, 50L << 30), Ask(2));
    }

    [Fact]
    public void The_slot_that_asks_is_told_when_more_is_free()
    {
        Assert.True(_gpu.TryTake(1, 1, null));
        Ask(2);
        _gpu.GiveBack(1);
        Assert.Equal([2], _told);
        Assert.Equal(new SlotResources(1, 1, Bytes), Ask(2));
    }

    [Fact]
    public void A_slot_that_leaves_lets_the_next_one_ask()
    {
        Ask(1);
        Ask(2);
        _gpu.Leave(1);
        Assert.Equal([2], _told);
        Assert.Equal(1, Ask(2).Share);
    }

    [Fact]
    public void What_was_granted_late_and_does_not_fit_is_not_taken()
    {
        Ask(1);
        Assert.True(_gpu.TryTake(2, 0.6, null));
        Assert.False(_gpu.TryTake(1, 0.5, null));
        Assert.False(_gpu.TryTake(3, 0.1, 60L << 30));
        Assert.False(_gpu.TryTake(2, 0.1, null));
        Assert.True(_gpu.TryTake(1, 0.4, null));
    }

    /// <summary>What is not known counts as the trial's share, and still fits where less is left.</summary>
    [Fact]
    public void A_trial_whose_memory_is_not_known_takes_its_share_of_it_or_what_is_left()
    {
        Assert.True(_gpu.TryTake(1, 0.25, null));
        Assert.Equal(60L << 30, Ask(2).Bytes);
        Assert.True(_gpu.TryTake(2, 0.25, 55L << 30));
        Assert.True(_gpu.TryTake(3, 0.25, null));
        Assert.Equal(new SlotResources(1, 0.25, 0), Ask(4));
    }

    [Fact]
    public void An_evaluator_waits_until_no_slot_that_trains_is_given_anything()
    {
        Assert.Equal(1, _gpu.ForEvaluation(0.5).Share);
        Ask(1);
        Assert.Equal(0, _gpu.ForEvaluation(0.5).Share);
        Ask(1);
        Assert.Equal(1, _gpu.ForEvaluation(0.5).Share);
        Assert.True(_gpu.TryTake(1, 0.6, null));
        Assert.Equal(0, _gpu.ForEvaluation(0.5).Share);
        Assert.Equal(0.4, _gpu.ForEvaluation(0.4).Share, 9);
    }

    /// <summary>The third of a trial is a third, whatever a computer makes of it.</summary>
    [Theory]
    [InlineData(0.3333333333, 3)]
    [InlineData(0.1, 10)]
    [InlineData(0.01, 100)]
    public void Equal_shares_fill_the_device(double share, int slots)
    {
        for (var slot = 1; slot <= slots; slot++)
            Assert.True(_gpu.TryTake(slot, share, null));
        Assert.False(_gpu.TryTake(slots + 1, share, null));
    }

    [Fact]
    public void Cores_are_taken_by_the_thread()
    {
        var cores = new DeviceShares(SlotDevice.Cpu, 4);
        Assert.Equal(new SlotResources(null, 4), cores.ForTraining(1, () => { }));
        Assert.True(cores.TryTake(1, 3, null));
        Assert.False(cores.TryTake(2, 2, null));
        Assert.True(cores.TryTake(2, 1, null));
    }

    /// <summary>What a trial on cores is known to take is held against what is left of the memory that the node was given.</summary>
    [Fact]
    public void Memory_of_cores_is_given_out_once()
    {
        var cores = new DeviceShares(SlotDevice.Cpu, 4, slots: 4, memory: 8 << 20);
        Assert.Equal(new SlotResources(null, 1, 2 << 20), cores.ForTraining(1, () => { }));
        Assert.True(cores.TryTake(1, 1, 5 << 20));
        Assert.Equal(new SlotResources(null, 1, 2 << 20), cores.ForTraining(2, () => { }));
        Assert.Equal(new SlotResources(null, 1, 1 << 20), cores.ForTraining(3, () => { }));
        Assert.False(cores.TryTake(2, 1, 4 << 20));
        // One of which nothing is known counts as its part.
        Assert.True(cores.TryTake(2, 1, null));
        Assert.Equal(1 << 20, cores.ForTraining(3, () => { }).Bytes);
    }

    /// <summary>It was measured somewhere, and may live within less here: better tried than left for ever.</summary>
    [Fact]
    public void A_trial_that_takes_more_memory_than_there_is_trains_alone()
    {
        var cores = new DeviceShares(SlotDevice.Cpu, 2, slots: 2, memory: 4 << 20);
        Assert.Equal(2 << 20, cores.ForTraining(1, () => { }).Bytes);
        Assert.Equal(new SlotResources(null, 2), cores.ForTraining(1, () => { }));
        Assert.True(cores.TryTake(1, 1, 6 << 20));
        Assert.Equal(0, cores.ForTraining(2, () => { }).Bytes);
        Assert.False(cores.TryTake(2, 1, 1));
    }

    /// <summary>A slot that had to wait for the others would cost a round trip for each.</summary>
    [Fact]
    public void All_slots_ask_at_once_each_with_its_part()
    {
        var cores = new DeviceShares(SlotDevice.Cpu, 4, slots: 2);
        Assert.Equal([2, 2, 0], Enumerable.Range(1, 3).Select(slot => AskFor(cores, slot)));
        Assert.True(cores.TryTake(2, 2, null));
        Assert.Empty(_told);
        Assert.Equal((2, 0), (AskFor(cores, 1), AskFor(cores, 3)));
    }

    [Fact]
    public void Work_that_needs_more_than_a_part_is_asked_for_by_one_alone()
    {
        var cores = new DeviceShares(SlotDevice.Cpu, 4, slots: 2);
        Assert.Equal((2, 2), (AskFor(cores, 1), AskFor(cores, 2)));
        Assert.Equal((4, 0), (AskFor(cores, 1), AskFor(cores, 2)));
        Assert.True(cores.TryTake(1, 3, null));
        Assert.Equal([2], _told);
        Assert.Equal(1, AskFor(cores, 2));
        cores.GiveBack(1);
        Assert.Equal([2, 2], _told);
        Assert.Equal(2, AskFor(cores, 2));
    }

    /// <summary>Whatever slots ask, take, give back and leave in whatever order: never is more granted than there is, and in the end all of
    /// it is free again, and somebody may ask.</summary>
    [Fact]
    public void Never_more_than_the_device_is_granted_and_nothing_leaks() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[1, 6], Gen.Double[0.01, 1], Gen.Long[0, Bytes].Nullable())
            .Array[0, 60]
            .Sample(steps =>
            {
                var shares = new DeviceShares(Gpu, 1);
                var taken = new Dictionary<int, (double Share, long Bytes)>();
                foreach (var (what, slot, share, bytes) in steps)
                {
                    switch (what)
                    {
                        case 0:
                            shares.ForTraining(slot, () => { });
                            break;
                        case 1 when shares.TryTake(slot, share, bytes):
                            Assert.True(taken.TryAdd(slot, (share, bytes ?? 0)));
                            break;
                        case 2:
                            shares.GiveBack(slot);
                            taken.Remove(slot);
                            break;
                        case 3:
                            shares.Leave(slot);
                            taken.Remove(slot);
                            break;
                        case 4:
                            Assert.InRange(shares.ForEvaluation(share).Share, 0, 1);
                            break;
                    }

                    Assert.InRange(taken.Values.Sum(one => one.Share), 0, 1 + 1e-9);
                    Assert.InRange(taken.Values.Sum(one => one.Bytes), 0, Bytes);
                }

                for (var slot = 1; slot <= 6; slot++)
                    shares.Leave(slot);
                Assert.Equal(shares.Whole, shares.ForTraining(7, () => { }));
            });

    double AskFor(DeviceShares cores, int slot) => cores.ForTraining(slot, () => _told.Add(slot)).Share;

    SlotResources Ask(int slot) => _gpu.ForTraining(slot, () => _told.Add(slot));
}
