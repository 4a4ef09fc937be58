using Orchestrator.Cluster.Protocol;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;

namespace Orchestrator.Output;

/// <summary>What is known of a running sweep: its state, and what each slot does.</summary>
sealed class SweepView(TimeProvider time)
{
    readonly Dictionary<int, SlotProtocol.SlotChanged> _slots = [];
    readonly long _began = time.GetTimestamp();
    int _epochsBefore = -1;

    public SweepState? Sweep { get; private set; }

    /// <summary>The sweep ran, and has paused itself: it does not go on before somebody says so.</summary>
    public bool HasPausedItself { get; private set; }

    public TimeSpan Elapsed => time.GetElapsedTime(_began);

    public void Take(object message)
    {
        switch (message)
        {
            case SweepProtocol.SweepChanged changed:
                HasPausedItself = changed.State.PausedBecause is not null && (HasPausedItself || Sweep is { Status: SweepStatus.Running });
                Sweep = changed.State;
                if (_epochsBefore < 0) _epochsBefore = EpochsDone;
                break;
            case SlotProtocol.SlotChanged slot:
                _slots[slot.Slot] = slot;
                break;
        }
    }

    /// <summary>The running step of a trial, where its process has said one.</summary>
    public ProcessMessage.Progress? Progress(int trial) =>
        _slots.Values.FirstOrDefault(slot => slot.Lease is { Kind: WorkKind.Training } lease && lease.Trial == trial)?.Progress;

    public int Epochs(TrialState trial) => TrialFactory.Create(Sweep!.Spec, trial.Number, trial.Parameters).Training.Epochs;

    /// <summary>Time to go, from the epochs done since this process began; null before the first.</summary>
    public TimeSpan? TimeLeft
    {
        get
        {
            if (Sweep is null) return null;
            var done = EpochsDone - _epochsBefore;
            var left = Sweep.Trials.Where(trial => trial.Status is TrialStatus.Pending or TrialStatus.Running).Sum(trial => Epochs(trial) - trial.Epochs);
            return done == 0 ? null : Elapsed * ((double)left / done);
        }
    }

    int EpochsDone => Sweep!.Trials.Sum(trial => trial.Epochs);
}
