namespace Orchestrator.Sweeps;

/// <summary>One object for those that are equal: a sweep of thousands of trials has the same nodes, ends and sorts of figures in each of
/// them.</summary>
/// <remarks>Of those that were not met lately another object is made; nothing depends on it.</remarks>
/// <param name="comparer">What is equal; null for what the type says.</param>
sealed class Pool<T>(IEqualityComparer<T>? comparer = null)
    where T : class
{
    const int Slots = 1 << 10;

    readonly IEqualityComparer<T> comparer = comparer ?? EqualityComparer<T>.Default;
    readonly T?[] values = new T?[Slots];

    /// <returns>The value, or one met before that is equal.</returns>
    public T Of(T value)
    {
        // Several threads may put their own in one place: the last one stays, and each is right.
        ref var place = ref values[comparer.GetHashCode(value) & (Slots - 1)];
        return place is { } known && comparer.Equals(known, value) ? known : place = value;
    }
}
