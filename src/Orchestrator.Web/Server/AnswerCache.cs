namespace Orchestrator.Web.Server;

/// <summary>
/// Answers that cost something, made at most once a second for all callers together. Whoever changes something through this node, or
/// hears of a change from it, is answered anew: see <see cref="Forget"/>.
/// </summary>
/// <param name="age">How old an answer may be.</param>
sealed class AnswerCache(TimeProvider time, TimeSpan age)
{
    /// <summary>Bytes kept; beyond it everything is made anew.</summary>
    public const long Room = 64 << 20;

    const int EntryBytes = 512;

    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly Lock _gate = new();
    readonly Dictionary<string, Entry> _entries = [];
    long _version,
        _bytes;

    /// <summary>Memory that the answers kept may take.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>What was made until now is no longer given out.</summary>
    public void Forget() => Interlocked.Increment(ref _version);

    /// <summary>The answer kept under the key, or the one that is made now; callers that come meanwhile wait for it.</summary>
    /// <param name="make">Given the answer that was kept until now, or null: where nothing is new it is the next one too, and where
    /// something is, the next one may be made from it.</param>
    /// <param name="suffices">Whether the caller can use an answer that is kept; null: any one will do.</param>
    /// <returns>Null where there is nothing to answer with; that is not kept.</returns>
    public async Task<Answer?> GetAsync(
        string key,
        Func<Answer?, Task<Answer?>> make,
        CancellationToken cancel,
        Func<Answer, bool>? suffices = null
    )
    {
        var entry = EntryOf(key);
        await entry.Gate.WaitAsync(cancel);
        try
        {
            var version = Interlocked.Read(ref _version);
            if (
                entry.Answer is { } kept
                && entry.Version == version
                && time.GetElapsedTime(entry.MadeAt) < age
                && (suffices is null || suffices(kept))
            )
                return kept;
            var made = await make(entry.Answer);
            Keep(key, entry, made, version);
            return made;
        }
        finally
        {
            entry.Gate.Release();
        }
    }

    Entry EntryOf(string key)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                _entries.Add(key, entry = new Entry());
                Count(entry, BytesOf(key));
            }

            return entry;
        }
    }

    void Keep(string key, Entry entry, Answer? made, long version)
    {
        lock (_gate)
        {
            (entry.Answer, entry.Version, entry.MadeAt) = (made, version, time.GetTimestamp());
            // Thrown out meanwhile: it is there for those alone who wait for it, and counted no more.
            if (_entries.GetValueOrDefault(key) != entry)
                return;
            if (made is null)
                _entries.Remove(key);
            Count(entry, made is null ? 0 : BytesOf(key) + made.Bytes);
        }
    }

    void Count(Entry entry, long bytes)
    {
        _bytes += bytes - entry.Bytes;
        entry.Bytes = bytes;
        if (_bytes <= Room)
            return;
        _entries.Clear();
        _bytes = 0;
    }

    static long BytesOf(string key) => EntryBytes + (sizeof(char) * key.Length);

    sealed class Entry
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public Answer? Answer { get; set; }

        /// <summary>The bytes of an answer, as they are counted.</summary>
        public long Bytes { get; set; }

        public long Version { get; set; }

        public long MadeAt { get; set; }
    }
}
