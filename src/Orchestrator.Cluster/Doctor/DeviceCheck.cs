using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Specs;
using static System.FormattableString;

namespace Orchestrator.Cluster.Doctor;

/// <summary>The GPUs that this process was given, as the driver's tool tells.</summary>
public static class DeviceCheck
{
    const string Name = "devices";

    // The tool is asked three times where there are MIG slices, and has ten seconds each time.
    static readonly TimeSpan Asking = TimeSpan.FromSeconds(40);

    /// <param name="devices">What this process was given, as soon as the driver's tool has told.</param>
    public static Check Of(Task<DeviceInventory> devices) =>
        new(
            Name,
            Asking,
            "the GPU driver's tool (nvidia-smi) hangs: see the system's log, or restart the machine",
            _ => LookAsync(devices)
        );

    static async Task<IEnumerable<Finding>> LookAsync(Task<DeviceInventory> devices)
    {
        var given = await devices.ConfigureAwait(false);
        if (given.Warning is { } warning)
            return [new Finding(Name, Verdict.Warning, warning, "see what nvidia-smi says, and CUDA_VISIBLE_DEVICES")];
        if (given.Cuda.IsEmpty)
            return [new Finding(Name, Verdict.Ok, $"no GPU{By(" (", ")")}: trials compute on CPU cores")];
        var driver = await new DriverTool().QueryAsync("driver_version").ConfigureAwait(false);
        return
        [
            new Finding(
                Name,
                Verdict.Ok,
                $"{string.Join(", ", given.Cuda.Select(Text))}; driver {driver.Text.Split('\n')[0].Trim()}{By("; ")}"
            ),
        ];

        string By(string before, string after = "") => given.By is { } by ? $"{before}given by {by}{after}" : "";
    }

    static string Text(CudaDevice device) =>
        Invariant($"{device.Number} {device.Name}{(device.MemoryBytes is { } memory ? $" ({ByteSize.Text(memory)})" : "")}");
}
