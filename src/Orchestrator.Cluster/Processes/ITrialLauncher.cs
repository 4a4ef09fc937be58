using Orchestrator.Cluster.Devices;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Processes;

/// <summary>Starts the child process of one attempt or evaluation.</summary>
public interface ITrialLauncher
{
    /// <param name="taskFile">JSON of a <see cref="TrainingTask"/> or an <see cref="EvaluationTask"/>.</param>
    /// <param name="onMessage">Called for every line the process writes, in order, from any thread.</param>
    /// <param name="onExit">Called once, after the last message.</param>
    /// <exception cref="ProgramException">There is no such program, or it may not be started.</exception>
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
public sealed record ProcessExit(int Code, string LastErrors)
{
    // Those that end a process; the codes of .NET's own host (150: no such framework) lie among the others.
    static readonly int[] Signals = [1, 2, 4, 5, 6, 7, 8, 9, 11, 13, 14, 15, 24, 25, 31];

    /// <summary>Whether it ended by itself before its first word: it is not our program, or not whole. Its trial has not begun.</summary>
    public bool NeverLived { get; init; }

    /// <summary>How it ended, and the first line of what it said.</summary>
    public string Describe()
    {
        var how = Signals.Contains(Code - 128) ? $"killed by signal {Code - 128}" : $"exit code {Code}";
        return LastErrors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var first, ..]
            ? $"{how}: {first}"
            : how;
    }
}
