namespace Orchestrator.Sweeps.Search;

/// <summary>What became of a configuration.</summary>
/// <param name="Number">Of the configuration, from 1; below 1, one of another sweep.</param>
/// <param name="Unit">Its point; null where a parameter does not exist in it.</param>
/// <param name="Value">Lower is better; infinite where it failed or diverged.</param>
/// <param name="Epochs">How far it came; <see cref="int.MaxValue"/> where it was completed.</param>
public sealed record Observation(int Number, double?[] Unit, double Value, int Epochs)
{
    /// <summary>The best first: those that came further before those that were given up earlier, then by their value.</summary>
    public static IComparer<Observation> ByRank { get; } =
        Comparer<Observation>.Create(
            (a, b) =>
                a.Epochs != b.Epochs ? b.Epochs.CompareTo(a.Epochs)
                : a.Value != b.Value ? a.Value.CompareTo(b.Value)
                : a.Number.CompareTo(b.Number)
        );
}
