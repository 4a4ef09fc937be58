using System.Collections.Concurrent;

namespace Orchestrator.Web.Limits;

/// <summary>
/// Answers that cost much, made at most once a second for all callers together. Whoever changes something through this node, or hears of a
/// change from it,
/// is answered anew: see <see cref="Forget"/>.
/// </summary>
/// <param name="age">How old an answer may be.</param>
sealed class AnswerCache(TimeProvider time, TimeSpan age)
{
    /// <summary>Bytes kept; beyond it everything is made anew.</summary>
    const long Room = 64 << 20;

    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<string, Entry> _entries = new();
    long _version,
        _bytes;

    /// <summary>What was made until now is no longer given out.</summary>
    public void Forget() => Interlocked.Increment(ref _version);

    /// <summary>The answer kept under the key, or the one that is made now; callers that come meanwhile wait for it.</summary>
    /// <param name="key">Of something that exists, so that their number is bounded.</param>
    /// <returns>Null where there is nothing to answer with; that is not kept.</returns>
    public async Task<Answer?> GetAsync(string key, Func<Task<Answer?>> make, CancellationToken cancel)
    {
        var entry = _entries.GetOrAdd(key, _ => new Entry());
        await entry.Gate.WaitAsync(cancel);
        try
        {
            var version = Interlocked.Read(ref _version);
            if (entry.Answer is { } kept && entry.Version == version && time.GetElapsedTime(entry.MadeAt) < age)
                return kept;
            var made = await make();
            Keep(key, entry, made, version);
            return made;
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    void Keep(string key, Entry entry, Answer? made, long version)
    {
        var bytes = Interlocked.Add(ref _bytes, (made?.Bytes ?? 0) - (entry.Answer?.Bytes ?? 0));
        (entry.Answer, entry.Version, entry.MadeAt) = (made, version, time.GetTimestamp());
        if (made is null)
            _entries.TryRemove(key, out _);
        if (bytes <= Room)
            return;
        // An entry that somebody waits for right now is lost to the others alone: it is made once more.
        _entries.Clear();
        Interlocked.Exchange(ref _bytes, 0);
    }

    sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public Answer? Answer { get; set; }

        public long Version { get; set; }

        public long MadeAt { get; set; }
    }
}
