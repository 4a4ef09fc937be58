namespace Orchestrator.Web.Server;

/// <summary>How many bytes of answers wait for slow readers, of one caller and of all.</summary>
sealed class AnswersInFlight(long perCaller, long all)
{
    readonly Dictionary<string, long> _callers = [];
    readonly Lock _gate = new();
    long _all;

    /// <summary>Takes room for an answer. A caller that waits for nothing else gets any one answer for which there is room in
    /// all.</summary>
    /// <returns>Null where there is no room; else what gives it back.</returns>
    public IDisposable? Take(string caller, long bytes)
    {
        lock (_gate)
        {
            var before = _callers.GetValueOrDefault(caller);
            if ((before > 0 && before + bytes > perCaller) || _all + bytes > all)
                return null;
            _callers[caller] = before + bytes;
            _all += bytes;
        }

        return new Taken(this, caller, bytes);
    }

    void GiveBack(string caller, long bytes)
    {
        lock (_gate)
        {
            _all -= bytes;
            if ((_callers[caller] -= bytes) == 0)
                _callers.Remove(caller);
        }
    }

    sealed class Taken(AnswersInFlight room, string caller, long bytes) : IDisposable
    {
        public void Dispose() => room.GiveBack(caller, bytes);
    }
}
