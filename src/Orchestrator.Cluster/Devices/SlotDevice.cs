using System.Globalization;

namespace Orchestrator.Cluster.Devices;

/// <summary>What one slot computes on.</summary>
/// <param name="Cuda">Index of the CUDA device; null: CPU cores.</param>
public sealed record SlotDevice(int? Cuda = null)
{
    public static SlotDevice Cpu { get; } = new();

    /// <summary>What the slot's processes see of the machine's GPUs: theirs, as number 0; nothing changes where the slot is of CPU
    /// cores.</summary>
    public IEnumerable<KeyValuePair<string, string>> Environment =>
        Cuda is { } index ? [new("CUDA_VISIBLE_DEVICES", index.ToString(CultureInfo.InvariantCulture))] : [];
}
