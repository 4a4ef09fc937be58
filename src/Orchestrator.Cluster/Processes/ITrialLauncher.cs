using Orchestrator.Cluster.Devices;
using Orchestrator.Sweeps.Attempts;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Cluster.Processes;

/// <summary>Starts the child process of one attempt or evaluation.</summary>
public interface ITrialLauncher
{
    /// <param name="taskFile">JSON of an <see cref="AttemptSpec"/> or <see cref="EvaluationTask"/>.</param>
    /// <param name="onMessage">Called for every line the process writes, in order, from any thread.</param>
    /// <param name="onExit">Called once, after the last message.</param>
    ITrialProcess Start(WorkKind kind, string taskFile, SlotDevice device, Action<ProcessMessage> onMessage, Action<ProcessExit> onExit);
}

public interface ITrialProcess
{
    int Id { get; }

    /// <summary>Asks it to checkpoint and leave.</summary>
    void Terminate();

    /// <summary>Ends it at once.</summary>
    void Kill();
}

/// <param name="LastErrors">The end of what it wrote on standard error.</param>
public sealed record ProcessExit(int Code, string LastErrors);
