using System.Collections.Immutable;

namespace Orchestrator.Sweeps.Domain.Kept;

/// <summary>The parameters of a trial in little room: trials that have the same ones share the paths.</summary>
readonly record struct KeptParameters(string[] Paths, string[] Values)
{
    static readonly Pool<string[]> Shared = new(SameItems<string>.Comparer);

    public static KeptParameters Of(ImmutableSortedDictionary<string, string> parameters) =>
        Of([.. parameters.Keys], [.. parameters.Values]);

    public static KeptParameters Of(string[] paths, string[] values) => new(Shared.Of(paths), values);

    public ImmutableSortedDictionary<string, string> ToDictionary()
    {
        // They are few: a tree that grows is made sooner than one of what was sorted before.
        var parameters = ImmutableSortedDictionary.CreateBuilder<string, string>();
        parameters.AddRange(Paths.Zip(Values, KeyValuePair.Create));
        return parameters.ToImmutable();
    }

    /// <returns>Null where the trial has none of this path.</returns>
    public string? Find(string path) => Array.IndexOf(Paths, path) is >= 0 and var index ? Values[index] : null;
}
