namespace Orchestrator.Sweeps.Search;

/// <summary>Numbers from 0 to below 1, one after the other, that follow from a seed alone.</summary>
sealed class Draws(long seed)
{
    long drawn;

    public double Next() => (Seed.Derive(seed, "draw", drawn++) >> 10) / (double)(1L << 53);

    public double[] Next(int count)
    {
        var numbers = new double[count];
        for (var i = 0; i < count; i++)
            numbers[i] = Next();
        return numbers;
    }
}
