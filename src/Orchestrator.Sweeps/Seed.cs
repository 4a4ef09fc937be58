namespace Orchestrator.Sweeps;

/// <summary>Derives the seed of one random draw from a parent seed, a purpose and a number, so that no generator state is ever
/// kept.</summary>
/// <remarks>FNV-1a over the purpose, then SplitMix64 (Steele, Lea and Flood 2014) as the mixer.</remarks>
public static class Seed
{
    /// <returns>A non-negative 63-bit seed that depends on all three arguments.</returns>
    public static long Derive(long seed, string purpose, long number = 0)
    {
        var hash = 0xcbf29ce484222325UL;
        foreach (var character in purpose)
            hash = (hash ^ character) * 0x100000001b3UL;
        hash = Mix(hash ^ Mix((ulong)seed));
        hash = Mix(hash ^ Mix((ulong)number));
        return (long)(hash >> 1);
    }

    static ulong Mix(ulong z)
    {
        z += 0x9e3779b97f4a7c15UL;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
        return z ^ (z >> 31);
    }
}
