using System.Globalization;
using Akka.Event;

namespace Orchestrator.Cluster.Logs;

/// <summary>
/// Decides which warnings and errors are worth a line. What fails for one reason again and again is told when it begins, and then ever more
/// rarely (after a minute, two, four, at last once an hour), with how often it happened meanwhile: an hour without a disk must not make a
/// log that fills one.
/// </summary>
public sealed class RepeatedErrors(TimeProvider time)
{
    static readonly TimeSpan First = TimeSpan.FromMinutes(1),
        Longest = TimeSpan.FromHours(1);

    /// <summary>How many kinds of errors are remembered; of more, the oldest are forgotten.</summary>
    const int MostKinds = 200;

    /// <summary>What happened so often before it was first held back may be a coincidence, and is told.</summary>
    const int Told = 3;

    readonly Dictionary<string, Kind> _kinds = [];

    /// <returns>The line's end, empty for the first; null where nothing is to be said.</returns>
    public string? Tell(LogEvent entry)
    {
        if (entry.LogLevel() < LogLevel.WarningLevel)
            return "";
        var now = time.GetTimestamp();
        var key = $"{entry.LogLevel()} {entry.LogClass} {Words($"{entry.Message}")} {Words(entry.Cause?.GetBaseException().Message ?? "")}";
        if (!_kinds.TryGetValue(key, out var kind) || time.GetElapsedTime(kind.Last, now) > kind.Wait + Longest)
        {
            if (_kinds.Count >= MostKinds)
                _kinds.Remove(_kinds.MinBy(other => other.Value.Last).Key);
            _kinds[key] = kind = new Kind { Since = now, Wait = First };
        }

        kind.Last = now;
        kind.Count++;
        if (kind.Count <= Told)
            return "";
        if (time.GetElapsedTime(kind.Since, now) < kind.Wait)
            return null;
        var held = kind.Count - Told;
        (kind.Since, kind.Count, kind.Wait) = (now, Told, kind.Wait < Longest ? kind.Wait * 2 : Longest);
        return held <= 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({held} times since it was last told)");
    }

    // Numbers differ from time to time: durations, addresses, counts.
    static string Words(string text) => string.Concat(text.Where(character => !char.IsAsciiDigit(character)));

    sealed class Kind
    {
        public long Since { get; set; }

        public long Last { get; set; }

        public int Count { get; set; }

        public TimeSpan Wait { get; set; }
    }
}
