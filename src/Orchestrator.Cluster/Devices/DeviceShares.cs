using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Devices;

/// <summary>How much of one device of this node, a GPU or its CPU cores, is free, and which of the device's slots may ask for work with
/// it.</summary>
/// <remarks>
/// One training slot asks at a time, with all that is free: two grants cannot take the same. The next one asks when the first has been
/// given work. An evaluator waits until no training slot that asks is given anything, so that training has the device first. Safe to call
/// from any thread.
/// </remarks>
public sealed class DeviceShares(SlotDevice device, double whole)
{
    // The first question after something became free may be still on its way; by the second it has been left without an answer.
    const int Unanswered = 1;

    readonly Lock _gate = new();
    readonly Dictionary<int, (double Share, long Bytes)> _taken = [];
    readonly List<(int Slot, Action Ask)> _asking = [];
    int _asked;

    public SlotDevice Device => device;

    /// <summary>All of it.</summary>
    public SlotResources Whole { get; } = new(device.Cuda?.Number, whole, device.Cuda?.MemoryBytes);

    /// <summary>What a training slot may ask for work with: all that is free where it is the slot's turn, else nothing.</summary>
    /// <param name="askAgain">Called when it has become the slot's turn, and when more is free then.</param>
    public SlotResources ForTraining(int slot, Action askAgain)
    {
        lock (_gate)
        {
            if (!_asking.Exists(other => other.Slot == slot))
                _asking.Add((slot, askAgain));
            if (_asking[0].Slot != slot)
                return Whole with { Share = 0, Bytes = 0 };
            _asked++;
            return Free;
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

    /// <param name="bytes">GPU memory; null where what it will take is not known: then its share of the memory, or what is left of
    /// it.</param>
    /// <returns>Whether there was so much; if not, nothing is taken.</returns>
    public bool TryTake(int slot, double share, long? bytes)
    {
        lock (_gate)
        {
            var free = Free;
            if (share > free.Share + SlotResources.Rounding || bytes > free.Bytes || !_taken.TryAdd(slot, (share, Estimate())))
                return false;
            Quit(slot);
            return true;

            long Estimate() => bytes ?? Math.Min(free.Bytes ?? 0, (long)(share * (Whole.Bytes ?? 0)));
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

    SlotResources Free =>
        Whole with
        {
            Share = Math.Max(0, Whole.Share - _taken.Values.Sum(taken => taken.Share)),
            Bytes = Whole.Bytes - _taken.Values.Sum(taken => taken.Bytes),
        };

    void Quit(int slot)
    {
        _asking.RemoveAll(other => other.Slot == slot);
        Next();
    }

    void Next()
    {
        _asked = 0;
        if (_asking is [var (_, ask), ..])
            ask();
    }
}
