using System.Globalization;
using System.Text;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.Reports.Views;

/// <summary>The log of one trial: what the journal has of it, a line for each fact. It only grows, wherever it is read, so a byte offset
/// says where to go on.</summary>
public static class TrialLog
{
    /// <param name="facts">The events of one trial, in the order of the journal.</param>
    public static byte[] Of(IEnumerable<SweepEvent> facts)
    {
        var text = new StringBuilder();
        foreach (var fact in facts)
            text.Append(fact.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))
                .Append(' ')
                .Append(Indented(JournalEntry.From(0, fact).Text))
                .Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // The last words of a crashed process are many lines.
    static string Indented(string text) => text.ReplaceLineEndings("\n    ");
}
