using Orchestrator.Cluster.Protocol;
using Orchestrator.Reports.Tables;
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
                if (_epochsBefore < 0)
                    _epochsBefore = EpochsDone;
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

    public int Epochs(TrialState trial) => TrialFactory.Epochs(Sweep!.Spec, trial.Parameters);

    /// <summary>Of trials that have not failed and were not stopped.</summary>
    public int EvaluationsToCome =>
        Sweep is null
            ? 0
            : Sweep.Trials.Count(trial =>
                trial.Status is not (TrialStatus.Failed or TrialStatus.Stopped)
                && trial.Evaluation is not (EvaluationStatus.Completed or EvaluationStatus.Failed)
            );

    /// <summary>Time that training still takes, from the epochs done since this process began; null before the first, and when none is
    /// left.</summary>
    public TimeSpan? TrainingLeft
    {
        get
        {
            if (Sweep is null)
                return null;
            var done = EpochsDone - _epochsBefore;
            var left = Sweep
                .Trials.Where(trial => trial.Status is TrialStatus.Pending or TrialStatus.Running)
                .Sum(trial => Epochs(trial) - trial.Epochs);
            return done == 0 || left == 0 ? null : Elapsed * ((double)left / done);
        }
    }

    int EpochsDone => Sweep!.Trials.Sum(trial => trial.Epochs);
}
