using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Doctor;
using Orchestrator.Cluster.Processes;
using Orchestrator.Cluster.Protocol;
using static System.FormattableString;

namespace Orchestrator.Doctor;

/// <summary>Whether processes of trials come to life here, and what libtorch sees in them.</summary>
static class LibtorchCheck
{
    /// <summary>Name of the finding without which nothing is trained or evaluated.</summary>
    public const string Name = "libtorch";

    // The launcher's own patience is a minute: libraries for GPUs have gigabytes.
    static readonly TimeSpan Loading = TimeSpan.FromSeconds(70);

    /// <param name="devices">What this process was given, as soon as the driver's tool has told.</param>
    public static Check Of(Task<DeviceInventory> devices) =>
        new(Name, Loading, "see what holds its files or the GPU driver", _ => LookAsync(devices));

    static async Task<IEnumerable<Finding>> LookAsync(Task<DeviceInventory> devices)
    {
        try
        {
            // In a process of its own: a node never carries it, and it may fall with its process.
            await using var launcher = new ChildProcessLauncher(ThisProgram.Running);
            var child = await launcher.CheckAsync();
            var gpus = (await devices).Cuda.Length;
            var seen = child.CudaDevices ?? 0;
            var found = Invariant($"{child.Libtorch}; sees {seen} GPU{(seen == 1 ? "" : "s")}");
            return
            [
                seen < gpus
                    ? new Finding(
                        Name,
                        Verdict.Warning,
                        Invariant($"{found}, and this process was given {gpus}: trials compute on CPU cores"),
                        "take the build for CUDA (-p:TorchBackend=cuda), and a driver that is new enough for it"
                    )
                    : new Finding(Name, Verdict.Ok, found),
            ];
        }
        catch (ProgramException error)
        {
            return
            [
                new Finding(
                    Name,
                    Verdict.Problem,
                    $"trial processes cannot be started: {error.Message}",
                    "build or unpack the program again"
                ),
            ];
        }
    }
}
