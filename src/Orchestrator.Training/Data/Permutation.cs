using Orchestrator.Sweeps;

namespace Orchestrator.Training.Data;

/// <summary>Shuffles that are a pure function of a seed, on every machine and version of the libraries.</summary>
public static class Permutation
{
    /// <summary>The seed of every split; changing it changes what all results were measured on.</summary>
    const long SplitSeed = 20210913;

    /// <returns>0..count-1, shuffled (Fisher-Yates).</returns>
    public static int[] Of(int count, long seed)
    {
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            var j = (int)(Seed.Derive(seed, "permutation", i) % (i + 1));
            order[i] = order[j];
            order[j] = i;
        }

        return order;
    }

    internal static int[] ForSplits(int count) => Of(count, SplitSeed);
}
