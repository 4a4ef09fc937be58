using System.Diagnostics;

namespace Orchestrator.Training.Trials;

/// <summary>Ends this process when its parent is gone: the parent holds the other end of a stream (standard input) that it never writes
/// to.</summary>
/// <remarks>At once and without cleaning up: what this process might still write is of no use to anybody, and a checkpoint half written has
/// no name yet.</remarks>
public static class Lifeline
{
    public static void Watch(Stream input) => Watch(input, () => Process.GetCurrentProcess().Kill());

    internal static Thread Watch(Stream input, Action end)
    {
        // A thread of its own: the pool may be busy, and a read of standard input cannot be cancelled.
        var thread = new Thread(() =>
        {
            WaitForEnd(input);
            end();
        })
        {
            IsBackground = true,
            Name = "lifeline",
        };
        thread.Start();
        return thread;
    }

    static void WaitForEnd(Stream input)
    {
        var buffer = new byte[64];
        try
        {
            while (input.Read(buffer) > 0) { }
        }
        catch (IOException)
        {
            // A broken pipe is an end too.
        }
    }
}
