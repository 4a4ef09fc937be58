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
            async _ =>
            {
                var machine = Given.Text("/proc/meminfo");
                var (total, available) = (Given.OfMachine(machine, "MemTotal"), Given.OfMachine(machine, "MemAvailable"));
                return [OfMemory(await children, total, available, Given.ThisProcess.Memory)];
            }
        );

    /// <param name="slots">How many slots were asked for; null where they are as many as the cores hold.</param>
    /// <param name="threads">Of each of them.</param>
    public static Check Cores(int? slots, int threads) =>
        new("cores", "see why the system does not tell its cores", () => [OfCores(OnMachine(), Given.ThisProcess.Cores, slots, threads)]);

    /// <param name="machine">Bytes that the machine has; null where it does not tell.</param>
    /// <param name="available">Bytes of them that nobody uses.</param>
    /// <param name="given">What this process may use; null where nobody tells.</param>
    internal static Finding OfMemory(int children, long? machine, long? available, Given.Limit? given)
    {
        if (given is null)
            return new Finding("memory", Verdict.Ok, "the system does not tell");
        var free = Math.Min(available ?? given.Amount, given.Amount);
        var found =
            $"{ByteSize.Text(free)} free of {ByteSize.Text(given.Amount)}"
            + (given.Amount < machine ? $" that {given.By} allows (the machine has {ByteSize.Text(machine.Value)})" : "");
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
    /// <param name="given">What this process may use.</param>
    internal static Finding OfCores(int? machine, Given.Limit given, int? slots, int threads)
    {
        var found =
            machine > given.Amount
                ? Invariant($"{given.Amount} of the machine's {machine} were given to this process (by {given.By})")
                : Invariant($"{given.Amount}");
        return (long?)slots * threads > given.Amount
            ? new Finding(
                "cores",
                Verdict.Warning,
                Invariant($"{found}, and {slots} slots of {threads} thread{(threads == 1 ? "" : "s")} each wait for each other"),
                "set fewer slots or threads"
            )
            : new Finding("cores", Verdict.Ok, found);
    }

    static int? OnMachine() => Processor().Count(Given.Text("/proc/cpuinfo")) is > 0 and var count ? count : null;

    [GeneratedRegex(@"^processor\s*:", RegexOptions.Multiline)]
    private static partial Regex Processor();
}
