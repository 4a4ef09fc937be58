using System.Collections.Immutable;
using System.Globalization;

namespace Orchestrator.Cluster.Devices;

/// <summary>What this process can train on: the GPUs and the cores that it was given. libtorch is never loaded here: a coordinator or
/// worker must not carry it.</summary>
public sealed record DeviceInventory(ImmutableArray<CudaDevice> Cuda, int Cores)
{
    // With less of the memory hardly a network can be evaluated.
    const double LeastForEvaluation = 0.05;

    /// <summary>Bytes of memory for what computes on the cores; null where nobody tells.</summary>
    public long? Memory { get; private init; }

    /// <summary>Who chose among the machine's GPUs; null where nobody did.</summary>
    public string? By { get; private init; }

    /// <summary>Why no GPU is used though some may be there; null where that is not so.</summary>
    public string? Warning { get; private init; }

    /// <summary>The cores alone.</summary>
    public static DeviceInventory WithoutGpus { get; } =
        new([], (int)Given.ThisProcess.Cores.Amount) { Memory = Given.ThisProcess.Memory?.Amount };

    /// <summary>Asks the driver's own tool; a machine without it has no GPUs.</summary>
    public static Task<DeviceInventory> DetectAsync() =>
        DetectAsync(new DriverTool(), Environment.GetEnvironmentVariable(VisibleDevices.Variable));

    /// <param name="visible">The process's own <c>CUDA_VISIBLE_DEVICES</c>; null where it is not set.</param>
    internal static async Task<DeviceInventory> DetectAsync(DriverTool tool, string? visible)
    {
        var by = visible is null ? null : $"{VisibleDevices.Variable}={visible}";
        if (visible is not null && VisibleDevices.IsNone(visible))
            return WithoutGpus with { By = by };
        var answer = await tool.QueryAsync(MachineGpu.Fields).ConfigureAwait(false);
        var gpus = MachineGpu.Parse(answer.Text);
        if (answer.Fault is null && gpus.Any(gpu => gpu.Slices is not null))
        {
            answer = await tool.ListAsync().ConfigureAwait(false);
            gpus = MachineGpu.WithSlices(gpus, answer.Text);
        }

        var given = VisibleDevices.Of(gpus, visible);
        var unused = answer.Fault ?? (given.IsEmpty && !gpus.IsEmpty ? $"{by} names no GPU of this machine" : null);
        return WithoutGpus with
        {
            Cuda = answer.Fault is null ? given : [],
            By = by,
            Warning = unused is null ? null : $"{unused}: no GPU is used, trials compute on CPU cores",
        };
    }

    /// <param name="devices">Numbers and whole or abbreviated UUIDs, with commas between them; null for all GPUs.</param>
    /// <exception cref="DeviceException">One of them is not here; says which are.</exception>
    public DeviceInventory Only(string? devices) =>
        devices is null ? this : this with { Cuda = [.. devices.Split(',', StringSplitOptions.TrimEntries).Select(Named).Distinct()] };

    CudaDevice Named(string text)
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return Cuda.Where(device => isNumber ? device.Number == number : VisibleDevices.Names(text, device)).ToList() switch
        {
            [var device] => device,
            [] => throw new DeviceException($"'{text}' is no GPU here: {Known}"),
            _ => throw new DeviceException($"'{text}' are several GPUs here: {Known}"),
        };
    }

    /// <summary>The GPUs that there are, for people.</summary>
    public string Known =>
        Cuda.IsEmpty
            ? $"there is none{(Warning is null ? "" : $" ({Warning})")}"
            : string.Join(
                ", ",
                Cuda.Select(device => string.Create(CultureInfo.InvariantCulture, $"{device.Number} {device.Name} ({device.Uuid})"))
            );

    /// <summary>One slot per share of a GPU; without GPUs, one per group of cores.</summary>
    /// <param name="slots">So many, spread over the GPUs, and no more than there are shares; null: as many as there are.</param>
    /// <param name="threads">Cores of one slot, where there are no GPUs.</param>
    /// <param name="gpuFraction">Part of a GPU that one slot takes, in (0, 1].</param>
    public ImmutableArray<SlotDevice> Slots(int? slots, int threads, double gpuFraction)
    {
        if (Cuda.IsEmpty)
            return [.. Enumerable.Repeat(SlotDevice.Cpu, slots ?? Math.Max(1, Cores / threads))];
        var shares = SharesOf(gpuFraction) * Cuda.Length;
        return [.. Enumerable.Range(0, Math.Min(slots ?? shares, shares)).Select(slot => new SlotDevice(Cuda[slot % Cuda.Length]))];
    }

    /// <summary>The slots of evaluators: from the last GPU on, where fewer slots train.</summary>
    public ImmutableArray<SlotDevice> Evaluators(int slots) =>
        [.. Enumerable.Range(0, slots).Select(slot => Cuda.IsEmpty ? SlotDevice.Cpu : new SlotDevice(Cuda[^(1 + (slot % Cuda.Length))]))];

    /// <summary>Part of a GPU that an evaluation takes: what slots that train leave, else as much as one of them; where none trains, its
    /// part of the whole.</summary>
    /// <param name="evaluators">How many there are.</param>
    /// <param name="gpuFraction">Part of a GPU that a slot takes to train; null where none trains.</param>
    public double EvaluationShare(int evaluators, double? gpuFraction)
    {
        if (gpuFraction is not { } fraction)
            return 1.0 / Math.Max(1, (evaluators + Cuda.Length - 1) / Math.Max(1, Cuda.Length));
        var left = 1 - (SharesOf(fraction) * fraction);
        return left >= LeastForEvaluation ? Math.Min(left, fraction) : fraction;
    }

    // 1e-9: three slots of 0.3333333 are one GPU.
    static int SharesOf(double gpuFraction) => (int)Math.Floor((1 / gpuFraction) + 1e-9);
}

/// <summary>A device that was named is not here.</summary>
public sealed class DeviceException(string message) : Exception(message);
