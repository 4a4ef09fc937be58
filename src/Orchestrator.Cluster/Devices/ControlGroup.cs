using System.Globalization;

namespace Orchestrator.Cluster.Devices;

/// <summary>The control groups of a process, nested, of which the tightest limit holds.</summary>
/// <param name="groups">The text of <c>/proc/self/cgroup</c>.</param>
/// <param name="root">Where their files are.</param>
public sealed class ControlGroup(string groups, string root)
{
    // What version 1 calls no limit is a little less than the largest number.
    const long NoLimit = 1L << 60;

    public static ControlGroup OfThisProcess { get; } = new(Text("/proc/self/cgroup") ?? "", "/sys/fs/cgroup");

    /// <summary>Bytes of memory; null where there is no limit.</summary>
    public long? Memory => Folders("memory").Select(group => Number(group, "memory.max") ?? Number(group, "memory.limit_in_bytes")).Min();

    /// <summary>Cores whose time it may use up, maybe a part of one; null where there is no limit.</summary>
    public double? Cores => Folders("cpu").Select(Quota).Min();

    /// <summary>How many more processes and threads there may be; null where there is no limit.</summary>
    public long? ProcessesLeft => Folders("pids").Select(group => Number(group, "pids.max") - Number(group, "pids.current")).Min();

    // A line is ID:CONTROLLERS:PATH. Version 2 has one, without controllers; of both kinds the one holds that has the controller's name.
    IEnumerable<string> Folders(string controller)
    {
        var lines = groups.Split('\n').Select(line => line.Split(':', 3)).Where(fields => fields.Length == 3).ToList();
        var (at, path) =
            lines.FirstOrDefault(fields => fields[1].Split(',').Contains(controller)) is { } own ? (Path.Combine(root, controller), own[2])
            : lines.FirstOrDefault(fields => fields[1].Length == 0) is { } unified ? (root, unified[2])
            : (root, null);
        for (; path is not null; path = Path.GetDirectoryName(path))
            yield return at + path;
    }

    // Version 2 has both figures in one file.
    static double? Quota(string group) =>
        Text(Path.Combine(group, "cpu.max"))?.Split(' ', StringSplitOptions.TrimEntries) is [var quota, var period]
            ? Number(quota) / (double?)Number(period)
            : Number(group, "cpu.cfs_quota_us") / (double?)Number(group, "cpu.cfs_period_us");

    static long? Number(string group, string file) => Number(Text(Path.Combine(group, file)));

    // "max" and -1 are no limits either.
    static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) && number < NoLimit
            ? number
            : null;

    static string? Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
