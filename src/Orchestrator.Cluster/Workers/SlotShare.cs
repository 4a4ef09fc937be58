using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Cluster.Workers;

/// <summary>What one slot asks for, takes and gives back of its node's devices.</summary>
sealed class SlotShare
{
    readonly SlotOptions _options;

    // An evaluation on CPU runs beside what trains.
    readonly DeviceShares[] _devices;
    DeviceShares? _held;

    public SlotShare(SlotOptions options)
    {
        _options = options;
        _devices = [.. options.Devices.Where(device => !Evaluates || device.Device.Cuda is not null)];
        Whole = _devices is [var first, ..] ? first.Whole : new SlotResources(null, 1, Price: options.Devices[0].Whole.Price);
    }

    /// <summary>What the slot has while nothing is taken.</summary>
    public SlotResources Whole { get; }

    /// <summary>What the process of the work in hand sees.</summary>
    public SlotDevice Device => _held?.Device ?? SlotDevice.Cpu;

    bool Evaluates => _options.Kind == WorkKind.Evaluation;

    /// <summary>What the slot may ask for work with now.</summary>
    /// <param name="askAgain">Called when that has become more.</param>
    public SlotResources Free(Action askAgain) =>
        !Evaluates ? _devices[0].ForTraining(_options.Slot, askAgain)
        : _devices.Length == 0 ? Whole
        : OfEvaluation(_devices.Select(device => device.ForEvaluation(_options.EvaluationShare)).MaxBy(free => free.Share)!);

    // Of all that is free it takes no more than it needs.
    SlotResources OfEvaluation(SlotResources free) => free with { Share = Math.Min(free.Share, _options.EvaluationShare) };

    /// <returns>Whether there is room for the work; if not, nothing is taken.</returns>
    public bool TryTake(WorkProtocol.WorkGranted work)
    {
        if (Evaluates && (_devices.Length == 0 || work.Resources.Device == ResourceSpec.Cpu))
            return true;
        var (share, bytes) = Evaluates ? (_options.EvaluationShare, null) : (Whole.ShareOf(work.Resources), work.Bytes);
        _held = Array.Find(_devices, device => device.TryTake(_options.Slot, share, bytes));
        return _held is not null;
    }

    public void GiveBack()
    {
        _held?.GiveBack(_options.Slot);
        _held = null;
    }

    /// <summary>Gives back, and asks for nothing more.</summary>
    public void Leave()
    {
        foreach (var device in _devices)
            device.Leave(_options.Slot);
        _held = null;
    }
}
