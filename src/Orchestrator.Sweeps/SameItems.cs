namespace Orchestrator.Sweeps;

/// <summary>Collections are equal that have the same items in the same order.</summary>
sealed class SameItems<T> : IEqualityComparer<IEnumerable<T>>
{
    public static SameItems<T> Comparer { get; } = new();

    public bool Equals(IEnumerable<T>? x, IEnumerable<T>? y) => x is null ? y is null : y is not null && x.SequenceEqual(y);

    public int GetHashCode(IEnumerable<T> obj)
    {
        var hash = new HashCode();
        foreach (var item in obj)
            hash.Add(item);
        return hash.ToHashCode();
    }
}
