using System.Collections.Immutable;
using System.Globalization;

namespace Orchestrator.Cluster.Devices;

/// <summary>One GPU at one moment.</summary>
/// <param name="Utilisation">From 0 to 1; null where the driver does not know it.</param>
public sealed record DeviceSample(int Index, string Name, double? Utilisation, long MemoryUsedBytes, long MemoryBytes)
{
    /// <summary>Takes one sample of every GPU of this machine.</summary>
    public static async Task<ImmutableArray<DeviceSample>> TakeAsync(string tool) =>
        Parse((await new DriverTool(tool).QueryAsync("index,name,utilization.gpu,memory.used,memory.total").ConfigureAwait(false)).Text);

    /// <summary>Reads lines of <c>index, name, percent, memory used in MiB, memory in MiB</c>.</summary>
    public static ImmutableArray<DeviceSample> Parse(string text) =>
        [
            .. from fields in DriverTool.Rows(text, 5)
            let numbers = (Index: Number(fields[0]), Percent: Number(fields[2]), Used: Number(fields[3]), Size: Number(fields[4]))
            where numbers is { Index: not null, Used: not null, Size: not null }
            select new DeviceSample(
                (int)numbers.Index!,
                fields[1],
                numbers.Percent / 100.0,
                numbers.Used!.Value << 20,
                numbers.Size!.Value << 20
            ),
        ];

    static long? Number(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null;
}
