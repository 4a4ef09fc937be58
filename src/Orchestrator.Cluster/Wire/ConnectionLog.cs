using Akka.Event;
using Orchestrator.Cluster.Metrics;

namespace Orchestrator.Cluster.Wire;

/// <summary>
/// Counts each connection that did not come about, and writes one line a minute for each other side: what fails is tried again every
/// second.
/// </summary>
sealed class ConnectionLog(ILoggingAdapter log, ConnectionMetrics metrics, TimeProvider time)
{
    const string Others = "others";
    static readonly TimeSpan Quiet = TimeSpan.FromMinutes(1);

    /// <summary>A stranger of many addresses fills neither the memory nor the log.</summary>
    public const int MostPeers = 100;

    static readonly string[] SaidByAkka = ["Tried to associate with unreachable remote address", "Removing receive buffers for ["];

    readonly Lock _gate = new();
    readonly Dictionary<(ConnectionDirection, string), Told> _told = [];

    /// <summary>Akka.Remote writes the same once a second, for as long as an attempt fails.</summary>
    public static bool Repeats(string line) => SaidByAkka.Any(start => line.StartsWith(start, StringComparison.Ordinal));

    /// <param name="peer">Where it went to or came from.</param>
    public void Failed(ConnectionDirection direction, string peer, ConnectionException failure)
    {
        metrics.Failed(direction, failure.Reason);
        if (Untold(direction, peer) is not { } untold)
            return;
        var more = untold == 0 ? "" : $" ({untold} more like it since the last line about it)";
        if (direction == ConnectionDirection.Outbound)
            log.Warning("no connection to {0}: {1}; it is tried again{2}", peer, failure.Message, more);
        else
            log.Warning("a connection from {0} was not taken: {1}{2}", peer, failure.Message, more);
    }

    /// <returns>How many were not told since the last line; null where this one is not told either.</returns>
    int? Untold(ConnectionDirection direction, string peer)
    {
        lock (_gate)
        {
            var key = (direction, peer);
            if (!_told.ContainsKey(key) && _told.Count >= MostPeers)
            {
                foreach (var old in _told.Where(entry => IsOld(entry.Value)).Select(entry => entry.Key).ToList())
                    _told.Remove(old);
                if (_told.Count >= MostPeers)
                    key = (direction, Others);
            }

            if (_told.TryGetValue(key, out var told) && !IsOld(told))
            {
                told.More++;
                return null;
            }

            _told[key] = new Told(time.GetTimestamp());
            return told?.More ?? 0;
        }
    }

    bool IsOld(Told told) => time.GetElapsedTime(told.At) >= Quiet;

    sealed class Told(long at)
    {
        public long At => at;

        public int More { get; set; }
    }
}
