using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Cluster.Devices;

/// <summary>A GPU of the machine, as the driver's tool lists it.</summary>
/// <param name="Index">The driver's number of it.</param>
/// <param name="Slices">Its MIG slices; null where MIG is off, and processes use the GPU as a whole.</param>
sealed partial record MachineGpu(int Index, CudaDevice Whole, ImmutableArray<CudaDevice>? Slices)
{
    public const string Fields = "index,uuid,name,memory.total,mig.mode.current";

    public IEnumerable<CudaDevice> Devices => Slices ?? [Whole];

    /// <summary>Reads lines of <see cref="Fields"/>, memory in MiB; any other line is no GPU.</summary>
    public static ImmutableArray<MachineGpu> Parse(string text) =>
        [
            .. from fields in DriverTool.Rows(text, 5)
            where int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            let memory = long.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var mebibytes)
                ? mebibytes << 20
                : (long?)null
            select new MachineGpu(
                int.Parse(fields[0], CultureInfo.InvariantCulture),
                new CudaDevice(0, fields[1], fields[2], memory),
                fields[4] == "Enabled" ? [] : null
            ),
        ];

    /// <param name="listing">What the tool lists: a line for each GPU, and after it one for each of its slices.</param>
    public static ImmutableArray<MachineGpu> WithSlices(ImmutableArray<MachineGpu> gpus, string listing)
    {
        var whole = "";
        foreach (Match line in Listed().Matches(listing))
        {
            var uuid = line.Groups["uuid"].Value;
            if (!line.Groups["profile"].Success)
                whole = uuid;
            else if (gpus.FirstOrDefault(gpu => gpu.Whole.Uuid == whole) is { Slices: { } slices } gpu)
            {
                var profile = line.Groups["profile"].Value;
                var memory = long.Parse(line.Groups["gigabytes"].Value, CultureInfo.InvariantCulture) << 30;
                gpus = gpus.Replace(
                    gpu,
                    gpu with
                    {
                        Slices = slices.Add(new CudaDevice(0, uuid, $"{gpu.Whole.Name} MIG {profile}", memory)),
                    }
                );
            }
        }

        return gpus;
    }

    // GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5c89…)
    //   MIG 3g.20gb     Device  0: (UUID: MIG-4d0f…)
    [GeneratedRegex(
        @"^(?:GPU +\d+:.*|\s+MIG +(?<profile>\S*?(?<gigabytes>\d+)gb\S*) +Device +\d+:\s*)\(UUID: (?<uuid>[^)\s]+)\)",
        RegexOptions.Multiline
    )]
    private static partial Regex Listed();
}
