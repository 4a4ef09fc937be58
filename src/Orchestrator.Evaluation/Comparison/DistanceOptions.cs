namespace Orchestrator.Evaluation.Comparison;

/// <summary>How two sets are compared.</summary>
/// <param name="Subsets">The number of subsets of the kernel distance, by default as most papers have it.</param>
/// <param name="SubsetSize">Cut to the smaller set.</param>
/// <param name="Seed">Decides the subsets.</param>
/// <param name="HasHeader">Whether CSV files begin with names of columns; null: told by what they look like.</param>
/// <param name="DistancesOnly">Leave out precision, recall and the extrapolation, which take as long again.</param>
public sealed record DistanceOptions(
    int Subsets = 100,
    int SubsetSize = 1000,
    long Seed = 0,
    bool DistancesOnly = false,
    bool? HasHeader = null
);
