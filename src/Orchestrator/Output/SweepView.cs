using Orchestrator.Cluster.Protocol;
using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Output;

/// <summary>What is known of a running sweep: its state, and what each slot does.</summary>
sealed class SweepView(TimeProvider time)
{
    readonly Dictionary<int, SlotProtocol.SlotChanged> _slots = [];
    readonly long _began = time.GetTimestamp();
    ParameterLabels? _labels;

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
                if (Sweep?.Trials.Count != changed.State.Trials.Count)
                    _labels = new ParameterLabels(
                        TrialParameters.Differing(changed.State.Spec, changed.State.Trials.Select(trial => trial.Parameters))
                    );
                Sweep = changed.State;
                break;
            case SlotProtocol.SlotChanged slot:
                _slots[slot.Slot] = slot;
                break;
        }
    }

    /// <summary>The running step of a trial, where its process has said one.</summary>
    public ProcessMessage.Progress? Progress(int trial) =>
        _slots.Values.FirstOrDefault(slot => slot.Lease is { Kind: WorkKind.Training } lease && lease.Trial == trial)?.Progress;

    /// <summary>The parameters that set a trial apart, as in the table of results.</summary>
    public string Label(TrialState trial) =>
        _labels!.Of(TrialParameters.Of(Sweep!.Spec, trial.Parameters)) is { Length: > 0 } label ? label : "as given";

    public int Epochs(TrialState trial) => Ladders.TrialEpochs(Sweep!.Spec, trial);
}
