using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Cluster.Devices;

/// <summary>How much of the machine a process was given: the least of what each of those leaves it that have a say.</summary>
/// <remarks>.NET counts affinity, and the limit of the process's own control group rounded up. It misses the groups around that one, and
/// Slurm, which binds its tasks to cores and memory only where the site has set it up so.</remarks>
public sealed partial record Given(Given.Limit Cores, Given.Limit? Memory)
{
    /// <param name="Amount">Cores, or bytes.</param>
    /// <param name="By">Who leaves so much and no more.</param>
    public sealed record Limit(long Amount, string By);

    const string Machine = "the machine",
        Group = "a control group";

    public static Given ThisProcess { get; } =
        Of(
            Environment.ProcessorCount,
            Text("/proc/self/status"),
            Text("/proc/meminfo"),
            ControlGroup.OfThisProcess,
            Environment.GetEnvironmentVariable
        );

    /// <param name="processors">As .NET counts them.</param>
    /// <param name="status">The text of <c>/proc/self/status</c>; empty where the system has no such file.</param>
    /// <param name="machine">The text of <c>/proc/meminfo</c>; the same.</param>
    /// <param name="variable">The process's own environment.</param>
    internal static Given Of(int processors, string status, string machine, ControlGroup group, Func<string, string?> variable)
    {
        var onNode = Number("SLURM_CPUS_ON_NODE");
        return new Given(
            Least(
                ("SLURM_CPUS_PER_TASK", Number("SLURM_CPUS_PER_TASK")),
                ("SLURM_CPUS_ON_NODE", onNode),
                // Of a core and a half one slot gets a whole one.
                (Group, group.Cores is { } cores ? Math.Max(1, (long)cores) : null),
                ("affinity", Affine(status)),
                (".NET", processors)
            )!,
            Least(
                ("SLURM_MEM_PER_NODE", Number("SLURM_MEM_PER_NODE") << 20),
                ("SLURM_MEM_PER_CPU", (Number("SLURM_MEM_PER_CPU") << 20) * onNode),
                ("SLURM_MEM_PER_GPU", (Number("SLURM_MEM_PER_GPU") << 20) * Number("SLURM_GPUS_ON_NODE")),
                (Group, group.Memory),
                (Machine, OfMachine(machine, "MemTotal"))
            )
        );

        // Zero is all there is.
        long? Number(string name) =>
            long.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1 << 30
                ? number
                : null;
    }

    /// <param name="facts">The text of <c>/proc/meminfo</c>.</param>
    /// <returns>Bytes; null where the field is not there.</returns>
    internal static long? OfMachine(string facts, string field) =>
        Regex.Match(facts, $@"^{field}:\s+(\d+) kB", RegexOptions.Multiline) is { Success: true } found
            ? long.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) << 10
            : null;

    /// <returns>Empty where there is no such file.</returns>
    internal static string Text(string facts) => File.Exists(facts) ? File.ReadAllText(facts) : "";

    static Limit? Least(params (string By, long? Amount)[] limits) =>
        limits
            .Where(limit => limit.Amount is not null)
            .Select(limit => new Limit(limit.Amount!.Value, limit.By))
            .MinBy(limit => limit.Amount);

    // Cpus_allowed_list:	0-3,8
    static long? Affine(string status) =>
        AllowedList().Match(status) is { Success: true } list
            ? list.Groups[1]
                .Value.Split(',')
                .Select(range => range.Split('-').Select(core => long.Parse(core, CultureInfo.InvariantCulture)).ToArray())
                .Sum(range => range[^1] - range[0] + 1)
            : null;

    [GeneratedRegex(@"^Cpus_allowed_list:\s*(\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)\s*$", RegexOptions.Multiline)]
    private static partial Regex AllowedList();
}
