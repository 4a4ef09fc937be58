using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Devices;

/// <summary>How much of one device of this node, a GPU or its CPU cores, is free, and which of the device's slots may ask for work with
/// it.</summary>
/// <remarks>
/// Each training slot asks with its part of the device, so that all may ask at once and two grants cannot take the same. Work that needs
/// more than a part leaves the first of them unanswered; then that one asks with all that is free, and the others with nothing, until it
/// has been given work. An evaluator waits until no training slot that asks is given anything, so that training has the device first.
/// Safe to call from any thread.
/// </remarks>
/// <param name="slots">How many training slots the device has.</param>
/// <param name="memory">Bytes for what computes on CPU cores; null where nobody tells. A GPU has its own.</param>
/// <param name="price">Of an hour, as <see cref="SlotResources"/> has it.</param>
public sealed class DeviceShares(SlotDevice device, double whole, int slots = 1, long? memory = null, double? price = null)
{
    // The first question after something became free may be still on its way; by the second it has been left without an answer.
    const int Unanswered = 1;

    readonly Lock _gate = new();
    readonly Dictionary<int, (double Share, long Bytes)> _taken = [];
    readonly List<Asker> _asking = [];
    int _asked;
    bool _isOneAlone;

    public SlotDevice Device => device;

    /// <summary>All of it.</summary>
    public SlotResources Whole { get; } = new(device.Cuda?.Number, whole, device.Cuda is { } gpu ? gpu.MemoryBytes : memory, price);

    /// <summary>What a training slot may ask for work with; nothing where it is another one's turn.</summary>
    /// <param name="askAgain">Called when that has become more.</param>
    public SlotResources ForTraining(int slot, Action askAgain)
    {
        lock (_gate)
        {
            var turn = _asking.FindIndex(other => other.Slot == slot);
            if (turn < 0)
            {
                turn = _asking.Count;
                _asking.Add(new Asker(slot, askAgain));
            }

            if (turn == 0)
                _isOneAlone |= ++_asked > Unanswered;
            return _asking[turn].Offered = Offer(turn);
        }
    }

    /// <summary>What an evaluator may ask for work with: what is free where no training slot wants it, else nothing.</summary>
    /// <param name="share">What an evaluation takes.</param>
    public SlotResources ForEvaluation(double share)
    {
        lock (_gate)
        {
            var free = Free;
            return free.Share + SlotResources.Rounding >= share && (_asking.Count == 0 || _asked > Unanswered)
                ? free
                : free with
                {
                    Share = 0,
                };
        }
    }

    /// <param name="bytes">Memory of the device; null where what it will take is not known: then its share of the memory, or what is left
    /// of it.</param>
    /// <returns>Whether there was so much; if not, nothing is taken.</returns>
    public bool TryTake(int slot, double share, long? bytes)
    {
        lock (_gate)
        {
            var free = Free;
            if (share > free.Share + SlotResources.Rounding || bytes > Room(free) || !_taken.TryAdd(slot, (share, Estimate())))
            {
                // Its question has been answered, though of no use.
                if (_asking.Find(other => other.Slot == slot) is { } asker)
                    asker.Offered = Nothing;
                return false;
            }

            _isOneAlone = false;
            Quit(slot);
            return true;

            long Estimate() => bytes ?? Math.Min(free.Bytes ?? 0, (long)(share / Whole.Share * (Whole.Bytes ?? 0)));
        }
    }

    /// <summary>The slot's work has ended; it has taken nothing any more.</summary>
    public void GiveBack(int slot)
    {
        lock (_gate)
        {
            if (_taken.Remove(slot))
                Next();
        }
    }

    /// <summary>The slot asks for no more work, and has taken nothing any more.</summary>
    public void Leave(int slot)
    {
        lock (_gate)
        {
            _taken.Remove(slot);
            Quit(slot);
        }
    }

    // A process on CPU cores may live within less than its peak, in which the pages of its files count: alone it may try.
    long? Room(SlotResources free) => device.Cuda is null && _taken.Count == 0 ? null : free.Bytes;

    SlotResources Free =>
        Whole with
        {
            Share = Math.Max(0, Whole.Share - _taken.Values.Sum(taken => taken.Share)),
            Bytes = Whole.Bytes - _taken.Values.Sum(taken => taken.Bytes),
        };

    SlotResources Nothing => Whole with { Share = 0, Bytes = 0 };

    SlotResources Offer(int turn)
    {
        var free = Free;
        if (_isOneAlone)
            return turn == 0 ? free with { Bytes = Room(free) } : Nothing;
        var (share, bytes) = (Whole.Share / slots, Whole.Bytes / slots);
        return Whole with
        {
            Share = Math.Clamp(free.Share - turn * share, 0, share),
            Bytes = bytes is { } part ? Math.Clamp(free.Bytes!.Value - turn * part, 0, part) : null,
        };
    }

    void Quit(int slot)
    {
        _asking.RemoveAll(other => other.Slot == slot);
        Next();
    }

    // Whoever may ask for more than it did asks at once.
    void Next()
    {
        _asked = 0;
        for (var turn = 0; turn < _asking.Count; turn++)
            if (Offer(turn).Share > _asking[turn].Offered.Share + SlotResources.Rounding)
                _asking[turn].Ask();
    }

    sealed class Asker(int slot, Action ask)
    {
        public int Slot => slot;

        public Action Ask => ask;

        /// <summary>What it asked with last.</summary>
        public SlotResources Offered { get; set; } = new(null, 0);
    }
}
