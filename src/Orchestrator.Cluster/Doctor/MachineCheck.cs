using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Specs;
using static System.FormattableString;

namespace Orchestrator.Cluster.Doctor;

/// <summary>Memory and cores that this process was given, which may be less than the machine has.</summary>
static partial class MachineCheck
{
    // Rough: libtorch, .NET and the smallest flow take about half of it.
    const long OfOneChild = 400L << 20;

    /// <param name="children">How many of them compute at once.</param>
    public static Check Memory(Task<int> children) =>
        new(
            "memory",
            Check.Moment + Check.Moment + Check.Moment,
            "see why the system does not tell its memory",
            async _ => [OfMemory(await children, Given("MemTotal"), Given("MemAvailable"), ControlGroup.OfThisProcess.Memory)]
        );

    /// <param name="slots">How many slots were asked for; null where they are as many as the cores hold.</param>
    /// <param name="threads">Of each of them.</param>
    public static Check Cores(int? slots, int threads) =>
        new(
            "cores",
            "see why the system does not tell its cores",
            () => [OfCores(OnMachine(), DeviceInventory.WithoutGpus.Cores, slots, threads)]
        );

    /// <param name="machine">Bytes that the machine has; null where it does not tell.</param>
    /// <param name="available">Bytes of them that nobody uses.</param>
    /// <param name="limit">Bytes that a control group allows.</param>
    internal static Finding OfMemory(int children, long? machine, long? available, long? limit)
    {
        if (limit is null && machine is null)
            return new Finding("memory", Verdict.Ok, "the system does not tell");
        var given = Math.Min(limit ?? long.MaxValue, machine ?? long.MaxValue);
        var free = Math.Min(available ?? given, given);
        var found =
            $"{ByteSize.Text(free)} free of {ByteSize.Text(given)}"
            + (limit < machine ? $" that a control group allows (the machine has {ByteSize.Text(machine.Value)})" : "");
        return free < children * OfOneChild
            ? new Finding(
                "memory",
                Verdict.Warning,
                Invariant($"{found}, and {children} processes at once take at least {ByteSize.Text(OfOneChild)} each"),
                "run fewer at once (--slots), or give it more"
            )
            : new Finding("memory", Verdict.Ok, found);
    }

    /// <param name="machine">Cores of the machine; null where it does not tell.</param>
    /// <param name="given">Cores that affinity, control groups and Slurm leave to this process.</param>
    internal static Finding OfCores(int? machine, int given, int? slots, int threads)
    {
        var found = machine > given ? Invariant($"{given} of the machine's {machine} were given to this process") : Invariant($"{given}");
        return (long?)slots * threads > given
            ? new Finding(
                "cores",
                Verdict.Warning,
                Invariant($"{found}, and {slots} slots of {threads} thread{(threads == 1 ? "" : "s")} each wait for each other"),
                "set fewer slots or threads"
            )
            : new Finding("cores", Verdict.Ok, found);
    }

    static long? Given(string field)
    {
        const string Facts = "/proc/meminfo";
        return
            File.Exists(Facts)
            && Regex.Match(File.ReadAllText(Facts), $@"^{field}:\s+(\d+) kB", RegexOptions.Multiline) is { Success: true } found
            ? long.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) << 10
            : null;
    }

    static int? OnMachine()
    {
        const string Facts = "/proc/cpuinfo";
        return File.Exists(Facts) && Processor().Count(File.ReadAllText(Facts)) is > 0 and var count ? count : null;
    }

    [GeneratedRegex(@"^processor\s*:", RegexOptions.Multiline)]
    private static partial Regex Processor();
}
