using System.Collections.Immutable;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>What sets the trials of a sweep apart, whatever form its file has: the paths of fields, never of sections.</summary>
public static class TrialParameters
{
    static readonly ImmutableArray<Field> Conditional = [.. TrialFields.Table.Fields.Where(field => field.When is not null)];

    static readonly ImmutableArray<string> Order = [.. TrialFields.Table.Fields.Select(field => field.Path)];

    /// <summary>The parameters of one trial: what the search chose, and what the template says that exists by such a choice.</summary>
    /// <remarks>A kappa of the template is a parameter where the distribution is swept: only some trials have it. What such a choice
    /// brings along at its default is none: it tells no more than the choice.</remarks>
    /// <param name="assignment">As the search algorithm chose them.</param>
    public static ImmutableSortedDictionary<string, string> Of(SweepSpec spec, ImmutableSortedDictionary<string, string> assignment)
    {
        foreach (var field in Conditional)
        {
            if (
                assignment.ContainsKey(field.Path)
                || !assignment.TryGetValue(field.When!.Path, out var choice)
                || !field.When.Accepts(choice)
            )
                continue;
            if (spec.Trial.TryGetValue(field.Path, out var value) && value != field.Default)
                assignment = assignment.Add(field.Path, value);
        }

        return assignment;
    }

    /// <returns>The paths at which not all trials have the same, or not all have something, and those of which a search draws the values:
    /// in the order of the file, the replicate last.</returns>
    /// <param name="assignments">Of all trials that there are.</param>
    public static ImmutableArray<string> Differing(SweepSpec spec, IEnumerable<ImmutableSortedDictionary<string, string>> assignments)
    {
        var (trials, seen) = (0, new Dictionary<string, (string First, int Count, bool Differs)>());
        foreach (var assignment in assignments)
        {
            trials++;
            foreach (var (path, value) in Of(spec, assignment))
            {
                var (first, count, differs) = seen.GetValueOrDefault(path, (value, 0, false));
                seen[path] = (first, count + 1, differs || value != first);
            }
        }

        var places = Places(spec.Space);
        // The first trial that is drawn is told by them as well, though there is no other yet.
        HashSet<string> drawn = spec.Search.IsGrid ? [] : [.. spec.Space.VaryingPaths()];
        return
        [
            .. seen.Where(path => path.Value.Differs || path.Value.Count < trials || drawn.Contains(path.Key))
                .Select(path => path.Key)
                .OrderBy(path => path == SearchSpace.Replicate)
                .ThenBy(Place)
                .ThenBy(path => Order.IndexOf(path))
                .ThenBy(path => path, StringComparer.Ordinal),
        ];

        int Place(string path) =>
            places.TryGetValue(path, out var place) ? place
            : TrialFields.Table.Find(path)?.When is { } when && places.TryGetValue(when.Path, out place) ? place
            : int.MaxValue;
    }

    /// <summary>Which of the file's parameters sets a field, by its number.</summary>
    static Dictionary<string, int> Places(SearchSpace space)
    {
        var places = new Dictionary<string, int>();
        foreach (var (number, parameter) in space.Parameters.Index())
        foreach (var path in new SearchSpace([parameter]).SweptPaths())
            places.TryAdd(path, number);
        return places;
    }
}
