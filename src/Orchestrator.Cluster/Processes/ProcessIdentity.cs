using System.Globalization;

namespace Orchestrator.Cluster.Processes;

/// <summary>One process of this machine for good: process ids are used again, but not with the same moment of start.</summary>
/// <param name="Started">Ticks of the kernel's clock since the machine started.</param>
readonly record struct ProcessIdentity(int Id, long Started)
{
    const int StartedField = 22;

    /// <summary>The identity of a running process; null where there is no such process, or this system does not tell.</summary>
    public static ProcessIdentity? Of(int id)
    {
        try
        {
            // The name, in brackets, may hold anything; what follows it are numbers, from the third field on.
            var status = File.ReadAllText($"/proc/{id.ToString(CultureInfo.InvariantCulture)}/stat");
            var fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X"
                ? null
                : new ProcessIdentity(id, long.Parse(fields[StartedField - 3], CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    public bool IsAlive => Of(Id) == this;

    /// <summary>Where process ids mean what they mean here: this start of this machine, and this container of it. Null where this system
    /// does not tell.</summary>
    public static string? Scope { get; } = ReadScope();

    static string? ReadScope()
    {
        try
        {
            var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            var container = new FileInfo("/proc/self/ns/pid").LinkTarget is { } space ? string.Concat(space.Where(char.IsAsciiDigit)) : "";
            return $"{boot}-{container}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
