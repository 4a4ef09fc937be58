using System.Collections.Immutable;
using System.Globalization;

namespace Orchestrator.Cluster.Devices;

/// <param name="MemoryBytes">The memory of the whole device, in bytes.</param>
public sealed record CudaDevice(int Index, string Name, long MemoryBytes);

/// <summary>What this machine can train on. libtorch is never loaded here: a coordinator or worker must not carry it.</summary>
public sealed record DeviceInventory(ImmutableArray<CudaDevice> Cuda, int Cores)
{
    /// <summary>Asks the driver's own tool; a machine without it has no CUDA devices.</summary>
    public static async Task<DeviceInventory> DetectAsync(string tool = DriverTool.Name) =>
        new(Parse(await DriverTool.AskAsync(tool, "index,name,memory.total").ConfigureAwait(false)), Environment.ProcessorCount);

    /// <summary>Reads lines of <c>index, name, memory in MiB</c>.</summary>
    public static ImmutableArray<CudaDevice> Parse(string text) =>
        [
            .. from line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            let fields = line.Split(',', StringSplitOptions.TrimEntries)
            where
                fields.Length == 3
                && int.TryParse(fields[0], CultureInfo.InvariantCulture, out _)
                && long.TryParse(fields[2], CultureInfo.InvariantCulture, out _)
            select new CudaDevice(
                int.Parse(fields[0], CultureInfo.InvariantCulture),
                fields[1],
                long.Parse(fields[2], CultureInfo.InvariantCulture) << 20
            ),
        ];

    /// <summary>One slot per share of a GPU; without GPUs, one per group of cores.</summary>
    /// <param name="slots">Exactly this many, spread over the devices; null: as many as there are shares.</param>
    /// <param name="threads">Cores of one slot, where there are no GPUs.</param>
    /// <param name="gpuFraction">Part of a GPU that one slot takes, in (0, 1].</param>
    public ImmutableArray<SlotDevice> Slots(int? slots, int threads, double gpuFraction)
    {
        if (Cuda.IsEmpty)
            return [.. Enumerable.Repeat(SlotDevice.Cpu, slots ?? Math.Max(1, Cores / threads))];
        // 1e-9: three slots of 0.3333333 are one GPU.
        var perDevice = (int)Math.Floor((1 / gpuFraction) + 1e-9);
        return [.. Enumerable.Range(0, slots ?? (perDevice * Cuda.Length)).Select(slot => new SlotDevice(Cuda[slot % Cuda.Length].Index))];
    }
}
