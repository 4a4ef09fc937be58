using System.Collections.Immutable;
using System.Globalization;

namespace Orchestrator.Cluster.Devices;

/// <summary>Which of the machine's GPUs a process was given: the driver's tool lists all of them, CUDA shows a process those of its
/// variable.</summary>
static class VisibleDevices
{
    public const string Variable = "CUDA_VISIBLE_DEVICES";

    /// <summary>Whether the variable's value is how one gives no GPU; Slurm writes <c>NoDevFiles</c>.</summary>
    public static bool IsNone(string visible) => visible.Trim() is "" or "-1" or "NoDevFiles";

    /// <param name="visible">The variable's value: indices and whole or abbreviated UUIDs, with commas between them; null where it is not
    /// set.</param>
    /// <returns>In the order of the variable. As CUDA has it, an entry that is unknown or fits several ends the list, and a device that is
    /// named twice leaves none. A GPU under MIG that is named whole stands for all of its slices.</returns>
    public static ImmutableArray<CudaDevice> Of(ImmutableArray<MachineGpu> machine, string? visible)
    {
        if (visible is null)
            return Numbered(machine.SelectMany(gpu => gpu.Devices));
        List<CudaDevice> given = [];
        foreach (var entry in visible.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Find(machine, entry) is not { } found)
                break;
            if (found.Any(given.Contains))
                return [];
            given.AddRange(found);
        }

        return Numbered(given);
    }

    /// <returns>Whether the text names the device by its whole or abbreviated UUID.</returns>
    public static bool Names(string text, CudaDevice device) =>
        (text.StartsWith("GPU-", StringComparison.Ordinal) || text.StartsWith("MIG-", StringComparison.Ordinal))
        && device.Uuid.StartsWith(text, StringComparison.OrdinalIgnoreCase);

    static IReadOnlyList<CudaDevice>? Find(ImmutableArray<MachineGpu> machine, string entry)
    {
        if (int.TryParse(entry, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            return machine.FirstOrDefault(gpu => gpu.Index == index)?.Devices.ToList();
        var named = machine
            .SelectMany(gpu => (gpu.Slices ?? []).Prepend(gpu.Whole).Select(device => (Gpu: gpu, Device: device)))
            .Where(found => Names(entry, found.Device))
            .ToList();
        return named is not [var (gpu, device)] ? null
            : device == gpu.Whole ? [.. gpu.Devices]
            : [device];
    }

    static ImmutableArray<CudaDevice> Numbered(IEnumerable<CudaDevice> devices) =>
        [.. devices.Select((device, number) => device with { Number = number })];
}
