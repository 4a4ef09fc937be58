using System.Text;

namespace Orchestrator.Attack;

/// <summary>The outcomes as Markdown.</summary>
static class OutcomeTable
{
    const string Begin = "<!-- made by tools/attack.sh: begin -->",
        End = "<!-- made by tools/attack.sh: end -->";

    public static string From(IReadOnlyList<Outcome> outcomes)
    {
        var text = new StringBuilder("| attack | promised | measured | held |\n|---|---|---|---|\n");
        foreach (var outcome in outcomes)
            text.Append($"| {outcome.Attack} | {outcome.Promise} | {outcome.Measured} | {(outcome.Held ? "yes" : "**no**")} |\n");
        return text.ToString();
    }

    public static void WriteInto(string page, string table)
    {
        var text = File.ReadAllText(page);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new InvalidOperationException($"{page} has no place for the table: {Begin} … {End}");
        File.WriteAllText(page, $"{text[..(begin + Begin.Length)]}\n{table}{text[end..]}");
    }
}
