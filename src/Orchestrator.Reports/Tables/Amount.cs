using static System.FormattableString;

namespace Orchestrator.Reports.Tables;

/// <summary>How long something takes and how large it is, as people say it.</summary>
public static class Amount
{
    /// <summary>In the two largest units.</summary>
    /// <returns>Such as <c>5.0 s</c>, <c>3 min 2 s</c>, <c>1 h 5 min</c>, <c>2 d 3 h</c>.</returns>
    public static string Of(TimeSpan time) =>
        time.TotalDays >= 2 ? Invariant($"{(int)time.TotalDays} d {time.Hours} h")
        : time.TotalHours >= 1 ? Invariant($"{(int)time.TotalHours} h {time.Minutes} min")
        : time.TotalMinutes >= 1 ? Invariant($"{time.Minutes} min {time.Seconds} s")
        : Invariant($"{time.TotalSeconds:F1} s");

    /// <returns>Such as <c>12 KiB</c>, <c>1.5 MiB</c>.</returns>
    public static string OfBytes(long bytes) =>
        bytes < 1 << 20 ? Invariant($"{bytes / 1024.0:F0} KiB")
        : bytes < 1 << 30 ? Invariant($"{bytes / 1048576.0:F1} MiB")
        : Invariant($"{bytes / 1073741824.0:F1} GiB");
}
