using System.Collections.Immutable;
using System.Globalization;
using Orchestrator.Cluster.Devices;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Run;

/// <summary>The slots of a cluster of one, and the line that says what they compute on.</summary>
/// <param name="Warning">Why they do not compute on GPUs that may be there; null where that is not so.</param>
sealed record SlotPlan(ImmutableArray<SlotDevice> Workers, ImmutableArray<SlotDevice> Evaluators, string Line, string? Warning)
{
    /// <summary>CPU cores that the trials take together.</summary>
    public required int Cores { get; init; }

    /// <summary>Bytes of memory that the trials on them take together; null where nobody tells.</summary>
    public required long? Memory { get; init; }

    /// <summary>Part of a GPU that an evaluation takes.</summary>
    public required double EvaluationShare { get; init; }

    /// <summary>What a sweep can train on here.</summary>
    /// <param name="only">What <c>--devices</c> says; null where it is not given.</param>
    /// <exception cref="CommandException">There is no such GPU, or the sweep is to train on CPU (2).</exception>
    public static async Task<DeviceInventory> DevicesAsync(ResourceSpec resources, string? only)
    {
        if (resources.Device == ResourceSpec.Cpu)
            return only is null
                ? DeviceInventory.WithoutGpus
                : throw new CommandException(ExitCode.BadCall, "--devices: the sweep computes on CPU (resources.device: cpu)");
        var machine = await DeviceInventory.DetectAsync();
        try
        {
            return machine.Only(only);
        }
        catch (DeviceException error)
        {
            throw new CommandException(ExitCode.BadCall, $"--devices: {error.Message}");
        }
    }

    /// <param name="slots">Trials at once; null: as many as the devices hold.</param>
    /// <param name="cudaDevices">How many libtorch sees. A build for CPUs sees none, whatever the driver tells; its processes then train on
    /// CPU.</param>
    /// <exception cref="CommandException">The sweep asks for a GPU that is not among the devices (2).</exception>
    public static SlotPlan Of(DeviceInventory devices, ResourceSpec resources, int? slots, int cudaDevices)
    {
        var machine = resources.GpuNumber is { } number
            ? devices with
            {
                Cuda = [.. devices.Cuda.Where(device => device.Number == number)],
            }
            : devices;
        if (resources.Device is not (ResourceSpec.Auto or ResourceSpec.Cpu) && machine.Cuda.IsEmpty)
            throw new CommandException(
                ExitCode.BadCall,
                $"resources.device: {resources.Device} is not among the GPUs that are used: {devices.Known}"
            );
        var workers = machine.Slots(slots, resources.Threads, resources.GpuFraction);
        // The last trials of a sweep end together, and no training takes the cores then.
        var evaluators = machine.Cuda.IsEmpty && workers.Length > 1 ? 2 : 1;
        return new SlotPlan(
            workers,
            machine.Evaluators(evaluators),
            Describe(machine, workers.Length, evaluators, cudaDevices),
            devices.Warning ?? (machine.Cuda.IsEmpty && resources.Device == ResourceSpec.Auto && cudaDevices > 0 ? Untold : null)
        )
        {
            Cores = Math.Max(machine.Cores, workers.Length * resources.Threads),
            Memory = machine.Memory,
            EvaluationShare = machine.EvaluationShare(evaluators, resources.GpuFraction),
        };
    }

    const string Untold =
        "libtorch sees a GPU, but there is no nvidia-smi to tell which (containers need NVIDIA_DRIVER_CAPABILITIES=compute,utility): "
        + "trials compute on CPU cores";

    static string Describe(DeviceInventory machine, int slots, int evaluators, int cudaDevices)
    {
        var slotCount = Count(slots, "slot");
        var evaluatorCount = Count(evaluators, "evaluator");
        if (machine.Cuda.IsEmpty)
            return $"{slotCount} on CPU cores, {evaluatorCount}";
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
        return $"{names}: {slotCount}, {evaluatorCount}{unseen}";
    }

    static string Count(int number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");
}
