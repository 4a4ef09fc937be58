namespace Orchestrator.Cluster.Devices;

/// <summary>What one slot computes on.</summary>
/// <param name="Cuda">Null: CPU cores.</param>
public sealed record SlotDevice(CudaDevice? Cuda = null)
{
    public static SlotDevice Cpu { get; } = new();

    /// <summary>What the slot's processes see of the machine's GPUs: theirs, as number 0; none where the slot is of CPU cores.</summary>
    public KeyValuePair<string, string> Environment => new(VisibleDevices.Variable, Cuda?.Uuid ?? "");
}
