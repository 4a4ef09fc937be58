using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Cluster.Devices;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Run;

/// <summary>The slots of a cluster of one, and the line that says what they compute on.</summary>
sealed record SlotPlan(ImmutableArray<SlotDevice> Workers, ImmutableArray<SlotDevice> Evaluators, string Line)
{
    /// <param name="slots">Trials at once; null: as many as the devices hold.</param>
    /// <param name="cudaDevices">How many libtorch sees. A build for CPUs sees none, whatever the driver tells; its processes then train on
    /// CPU.</param>
    public static SlotPlan Of(DeviceInventory devices, ResourceSpec resources, int? slots, int cudaDevices)
    {
        var one = Index(resources.Device);
        var machine = devices with
        {
            Cuda = resources.Device == "cpu" ? [] : [.. devices.Cuda.Where(device => one is null || device.Index == one)],
        };
        var (workers, evaluators) = (
            machine.Slots(slots, resources.Threads, resources.GpuFraction),
            machine.Slots(1, resources.Threads, resources.GpuFraction)
        );
        // cuda:N is a number of the whole machine: its processes see every device.
        if (one is not null)
            (workers, evaluators) = ([.. workers.Select(_ => SlotDevice.Cpu)], [.. evaluators.Select(_ => SlotDevice.Cpu)]);
        return new SlotPlan(workers, evaluators, Describe(machine, workers.Length, cudaDevices));
    }

    static int? Index(string device) =>
        device.StartsWith("cuda:", StringComparison.Ordinal)
        && int.TryParse(device["cuda:".Length..], CultureInfo.InvariantCulture, out var index)
            ? index
            : null;

    static string Describe(DeviceInventory machine, int slots, int cudaDevices)
    {
        var count = string.Create(CultureInfo.InvariantCulture, $"{slots} slot{(slots == 1 ? "" : "s")}");
        if (machine.Cuda.IsEmpty)
            return $"{count} on CPU cores, 1 evaluator";
        var names = string.Join(
            ", ",
            machine
                .Cuda.GroupBy(device => device.Name)
                .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} × {group.Key}"))
        );
        var unseen =
            cudaDevices > 0
                ? ""
                : "; but libtorch sees no GPU (it is built for CPUs, or does not fit the driver), so they compute on CPU cores";
        return $"{names}: {count}, 1 evaluator{unseen}";
    }
}
