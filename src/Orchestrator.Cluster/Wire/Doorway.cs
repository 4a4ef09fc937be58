namespace Orchestrator.Cluster.Wire;

/// <summary>
/// Connections of others that have not yet shown who they are: each has so much time, and there is room for so many. Where there is none,
/// the one that has waited longest goes: a node is through in milliseconds, whoever only holds a place is not.
/// </summary>
sealed class Doorway(int room, TimeSpan patience)
{
    readonly Lock _gate = new();
    readonly LinkedList<Visit> _waiting = [];

    public int Waiting
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    public Visit Enter()
    {
        var visit = new Visit(this, patience);
        Visit? longest = null;
        lock (_gate)
        {
            if (_waiting.Count >= room)
            {
                longest = _waiting.First!.Value;
                _waiting.RemoveFirst();
            }

            _waiting.AddLast(visit.Place);
        }

        longest?.Crowd();
        return visit;
    }

    /// <summary>One connection's time in the doorway.</summary>
    public sealed class Visit : IDisposable
    {
        readonly Doorway _doorway;
        readonly CancellationTokenSource _over;

        internal Visit(Doorway doorway, TimeSpan patience)
        {
            _doorway = doorway;
            _over = new CancellationTokenSource(patience);
            Place = new LinkedListNode<Visit>(this);
        }

        internal LinkedListNode<Visit> Place { get; }

        /// <summary>A token that fires when its time is over, or its place is taken.</summary>
        public CancellationToken Over => _over.Token;

        /// <summary>Its place was needed.</summary>
        public bool WasCrowdedOut { get; private set; }

        public void Dispose()
        {
            lock (_doorway._gate)
                if (Place.List is not null)
                    _doorway._waiting.Remove(Place);
        }

        internal void Crowd()
        {
            WasCrowdedOut = true;
            _over.Cancel();
        }
    }
}
