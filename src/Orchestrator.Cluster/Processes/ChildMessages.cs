using System.Text.Json;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Cluster.Processes;

/// <summary>The messages that a child process writes on standard output, a line each, and the end of what it writes on standard
/// error.</summary>
static class ChildMessages
{
    // The largest message is the scores of an evaluation: a few thousand characters.
    const int LongestMessage = 256 << 10;
    const int LastLines = 40,
        LongestError = 4 << 10;

    static readonly JsonSerializerOptions Bounded = WithBoundedText();

    /// <summary>Tells every message, and once that lines are too long to be any.</summary>
    public static async Task ReadAsync(TextReader output, Action<ProcessMessage> tell)
    {
        var warned = false;
        await foreach (var line in BoundedLines.ReadAsync(output, LongestMessage).ConfigureAwait(false))
        {
            if (line.IsCut && !warned)
            {
                warned = true;
                tell(
                    new ProcessMessage.Warning(
                        $"the process writes lines of more than {LongestMessage} characters on standard output: they are dropped"
                    )
                );
            }

            if (!line.IsCut && Parse(line.Text) is { } message)
                tell(message);
        }
    }

    /// <returns>The last lines, each cut.</returns>
    public static async Task<string> LastErrorsAsync(TextReader errors)
    {
        var lines = new Queue<string>(LastLines);
        await foreach (var line in BoundedLines.ReadAsync(errors, LongestError).ConfigureAwait(false))
        {
            if (lines.Count == LastLines)
                lines.Dequeue();
            lines.Enqueue(line.Text);
        }

        return ChildText.Cut(string.Join('\n', lines));
    }

    // Native libraries may print on standard output too: what is not a message is kept out of the protocol.
    static ProcessMessage? Parse(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonSerializer.Deserialize<ProcessMessage>(line, Bounded) : null;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            return new ProcessMessage.Warning(ChildText.Cut($"unreadable line from the process: {error.Message}"));
        }
    }

    static JsonSerializerOptions WithBoundedText()
    {
        var options = new JsonSerializerOptions(OrchestratorJson.Compact);
        // The first one that fits is taken.
        options.Converters.Insert(0, new ChildText.Converter());
        return options;
    }
}
