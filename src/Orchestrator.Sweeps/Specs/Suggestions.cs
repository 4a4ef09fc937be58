using F23.StringSimilarity;

namespace Orchestrator.Sweeps.Specs;

/// <summary>Guesses what was meant by a name that nobody knows.</summary>
public static class Suggestions
{
    /// <summary>Longer texts are no misspelt names.</summary>
    const int LongestName = 60;

    /// <summary>Counts edits, where swapping two neighbours is one.</summary>
    static readonly OptimalStringAlignment Edits = new();

    /// <returns>A clause with the nearest of the names, or nothing where none is near. A name is as near as its last part.</returns>
    public static string DidYouMean(string text, IEnumerable<string> names)
    {
        if (text.Length > LongestName)
            return "";
        var (nearest, edits) = names
            .Select(name => (Name: name, Edits: Math.Min(Edits.Distance(text, name), Edits.Distance(text, LastPart(name)))))
            .DefaultIfEmpty((Name: "", Edits: double.PositiveInfinity))
            .MinBy(candidate => candidate.Edits);
        return edits <= Math.Max(1, text.Length / 3) ? $"; did you mean '{nearest}'?" : "";
    }

    static string LastPart(string name) => name[(name.LastIndexOf('.') + 1)..];
}
