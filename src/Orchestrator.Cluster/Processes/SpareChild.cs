using Orchestrator.Cluster.Devices;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Processes;

/// <summary>A child that is ready for the next task of a verb on a device, and does nothing until it is told which.</summary>
sealed class SpareChild(string verb, SlotDevice device)
{
    readonly Lock _gate = new();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    (ITrialProcess Process, TextWriter Input)? _child;
    (Action<ProcessMessage> OnMessage, Action<ProcessExit> OnExit)? _task;

    public bool IsFor(string otherVerb, SlotDevice otherDevice) => verb == otherVerb && device == otherDevice;

    public void Born(ITrialProcess process, TextWriter input) => _child = (process, input);

    /// <returns>The process, which does the task now; null where it has ended.</returns>
    public ITrialProcess? Begin(string taskFile, Action<ProcessMessage> onMessage, Action<ProcessExit> onExit)
    {
        lock (_gate)
        {
            if (_ended.Task.IsCompleted || _child is not var (process, input))
                return null;
            _task = (onMessage, onExit);
            try
            {
                input.Write(taskFile + '\n');
                input.Flush();
                return process;
            }
            catch (IOException)
            {
                _task = null;
                return null;
            }
        }
    }

    public void OnMessage(ProcessMessage message) => _task?.OnMessage(message);

    public void OnExit(ProcessExit exit)
    {
        lock (_gate)
            _ended.TrySetResult();
        _task?.OnExit(exit);
    }

    public Task EndAsync()
    {
        _child?.Process.Kill();
        return _ended.Task;
    }
}
