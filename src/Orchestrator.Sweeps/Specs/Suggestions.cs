namespace Orchestrator.Sweeps.Specs;

/// <summary>Guesses what was meant by a name that nobody knows.</summary>
public static class Suggestions
{
    /// <summary>Longer texts are no misspelt names.</summary>
    const int LongestName = 60;

    /// <returns>A clause with the nearest of the names, or nothing where none is near. A name is as near as its last part.</returns>
    public static string DidYouMean(string text, IEnumerable<string> names)
    {
        if (text.Length > LongestName)
            return "";
        var (nearest, distance) = names
            .Select(name => (Name: name, Distance: Math.Min(Distance(text, name), Distance(text, name[(name.LastIndexOf('.') + 1)..]))))
            .DefaultIfEmpty((Name: "", Distance: int.MaxValue))
            .MinBy(candidate => candidate.Distance);
        return distance <= Math.Max(1, text.Length / 3) ? $"; did you mean '{nearest}'?" : "";
    }

    /// <summary>Edits from one text to the other, where swapping two neighbours is one edit (optimal string alignment).</summary>
    static int Distance(string a, string b)
    {
        var edits = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            edits[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            edits[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = edits[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                edits[i, j] = Math.Min(replaced, 1 + Math.Min(edits[i - 1, j], edits[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
            }
        }

        return edits[a.Length, b.Length];
    }
}
