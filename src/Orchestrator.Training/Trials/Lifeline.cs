using System.Diagnostics;
using System.Text;

namespace Orchestrator.Training.Trials;

/// <summary>Ends this process when its parent is gone: the parent holds the other end of a stream (standard input), to which it writes
/// at most one line.</summary>
/// <remarks>At once and without cleaning up: what this process might still write is of no use to anybody, and a checkpoint half written has
/// no name yet.</remarks>
public static class Lifeline
{
    /// <returns>The line that the parent writes; never completed where it writes none.</returns>
    public static Task<string> Watch(Stream input) => Watch(input, () => Process.GetCurrentProcess().Kill()).Line;

    internal static (Thread Thread, Task<string> Line) Watch(Stream input, Action end)
    {
        var line = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        // A thread of its own: the pool may be busy, and a read of standard input cannot be cancelled.
        var thread = new Thread(() =>
        {
            ReadToTheEnd(input, line);
            end();
        })
        {
            IsBackground = true,
            Name = "lifeline",
        };
        thread.Start();
        return (thread, line.Task);
    }

    static void ReadToTheEnd(Stream input, TaskCompletionSource<string> line)
    {
        var (buffer, text) = (new byte[1024], new MemoryStream());
        try
        {
            while (input.Read(buffer) is > 0 and var count)
            {
                var end = buffer.AsSpan(0, count).IndexOf((byte)'\n');
                text.Write(buffer.AsSpan(0, end < 0 ? count : end));
                if (end >= 0)
                    line.TrySetResult(Encoding.UTF8.GetString(text.ToArray()));
            }
        }
        catch (IOException)
        {
            // A broken pipe is an end too.
        }
    }
}
