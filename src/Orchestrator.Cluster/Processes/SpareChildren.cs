using Orchestrator.Cluster.Devices;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Processes;

/// <summary>The children of a node that wait for a task.</summary>
sealed class SpareChildren : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    readonly Lock _gate = new();
    readonly List<SpareChild> _spares = [];
    bool _isOver;

    /// <param name="begin">Starts its process.</param>
    public void Add(SpareChild spare, Action<SpareChild> begin)
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            begin(spare);
            _spares.Add(spare);
        }
    }

    /// <returns>One that does the task now; null where none is ready for it.</returns>
    public ITrialProcess? Take(
        string verb,
        SlotDevice device,
        string taskFile,
        Action<ProcessMessage> onMessage,
        Action<ProcessExit> onExit
    )
    {
        // A path is told as a line.
        if (taskFile.Contains('\n', StringComparison.Ordinal))
            return null;
        lock (_gate)
        {
            while (_spares.Find(spare => spare.IsFor(verb, device)) is { } found)
            {
                _spares.Remove(found);
                if (found.Begin(taskFile, onMessage, onExit) is { } process)
                    return process;
            }
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        List<SpareChild> left;
        lock (_gate)
        {
            _isOver = true;
            left = [.. _spares];
        }

        await Task.WhenAny(Task.WhenAll(left.Select(spare => spare.EndAsync())), Task.Delay(Patience)).ConfigureAwait(false);
    }
}
