using CsCheck;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Tests.Devices;

/// <summary>Trials of two sizes on unlike GPUs: what the sweep grants to a slot's question always fits its GPU, and every trial gets its
/// turn.</summary>
public sealed class PackingSpecs
{
    const long Gibibyte = 1L << 30;

    [Fact]
    public void Whatever_is_granted_fits_and_every_trial_is_trained() =>
        Gen.Select(
                Gen.Int[0, 3].Select(pick => new[] { 1.0, 0.5, 0.3333333333, 0.25 }[pick]),
                Gen.Int[0, 3].Select(pick => new[] { 16, 24, 40, 80 }[pick]).Array[0, 3],
                Gen.Int[1, 4],
                Gen.Int[0, 1000].Array[200]
            )
            .Sample((fraction, gibibytes, replicates, choices) => Pack(fraction, [80, .. gibibytes], replicates, new(choices)));

    static void Pack(double fraction, int[] gibibytes, int replicates, Queue<int> choices)
    {
        var spec = SweepFile.Parse(
            FormattableString.Invariant(
                $$"""
                name: packed
                dataset: digits
                parameters: { flow.hidden: [64, 32], replicate: [{{string.Join(", ", Enumerable.Range(1, replicates))}}] }
                resources: { device: cuda, gpu_fraction: {{fraction}} }
                """
            ),
            "packed.yaml"
        );
        var state = JournalReader.Replay(Decide(null, new SubmitSweep(spec, "")))!;
        var gpus = new DeviceInventory(
            [.. gibibytes.Select((size, number) => new CudaDevice(number, $"GPU-{number}", "GPU", size * Gibibyte))],
            1
        );
        var shares = gpus.Cuda.Select(gpu => new DeviceShares(new SlotDevice(gpu), 1)).ToList();
        var slots = gpus.Slots(null, 1, fraction).Select(slot => shares[slot.Cuda!.Number]).ToList();
        var working = new Dictionary<int, Lease>();
        while (state.Count(TrialStatus.Completed) < state.Trials.Count)
        {
            // Any slot asks next, or any that works ends.
            var slot = choices.TryDequeue(out var choice) ? choice % slots.Count : working.Keys.FirstOrDefault(-1);
            if (working.Remove(slot, out var done))
            {
                Do(new ReportEpoch(done.Token, 2, new EpochReport(1, 1, 3, 3, 1e-3, 1, 1, 1)));
                Do(new ReportCheckpoint(done.Token, 3, new CheckpointInfo("/c", "00", 1, 1, true, 1)));
                Do(new EndLease(done.Token, new AttemptEnd(AttemptCause.Done)));
                slots[slot].GiveBack(slot);
                continue;
            }

            var asked = Enumerable.Range(0, slots.Count).Where(free => !working.ContainsKey(free)).Where(Ask).ToList();
            Assert.True(asked.Count > 0 || working.Count > 0, "nothing trains, and nobody is given anything");
        }

        bool Ask(int slot)
        {
            var free = slots[slot].ForTraining(slot, () => { });
            if (Do(new GrantLease("n", slot, WorkKind.Training) { Free = free }).OfType<LeaseGranted>().FirstOrDefault() is not { } granted)
                return false;
            var trial = state.Trial(granted.Trial);
            Assert.True(slots[slot].TryTake(slot, fraction, state.PeakBytes(state.SpecOf(trial), PeakMemory.Cuda)));
            working.Add(slot, state.Leases[granted.Token].Lease);
            Do(
                new ReportMemory(
                    granted.Token,
                    1,
                    new PeakMemory(PeakMemory.Cuda, (trial.Parameters["flow.hidden"] == "64" ? 50 : 12) * Gibibyte)
                )
            );
            return true;
        }

        IReadOnlyList<SweepEvent> Do(SweepCommand command)
        {
            var events = Decide(state, command);
            state = events.Aggregate(state, SweepState.Apply);
            return events;
        }
    }

    static IReadOnlyList<SweepEvent> Decide(SweepState? state, SweepCommand command)
    {
        var decision = SweepDecider.Decide(state, command, DateTimeOffset.UnixEpoch);
        Assert.Null(decision.Refusal);
        return decision.Events;
    }
}
