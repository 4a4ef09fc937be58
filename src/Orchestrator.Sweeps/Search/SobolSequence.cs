using System.Globalization;
using Orchestrator.Sweeps.Specs;

namespace Orchestrator.Sweeps.Search;

/// <summary>Sobol's sequence: points of the unit cube that fill it more evenly than random ones. Of the first 2^m points, each of 2^m equal
/// parts of every edge has one.</summary>
/// <remarks>Direction numbers by Joe and Kuo (new-joe-kuo-6; SIAM Journal on Scientific Computing 30, 2008, pages 2635-2654), points in the
/// order of the Gray code, as theirs. Scrambled as by Owen (1995): each bit is flipped or not by what stands before it, which keeps the
/// points even, and makes them those of the seed.</remarks>
static class SobolSequence
{
    const int Bits = 32;

    /// <summary>For each dimension but the first: degree and coefficients of its polynomial, and the initial numbers.</summary>
    const string JoeKuo = """
        1 0 1 | 2 1 1 3 | 3 1 1 3 1 | 3 2 1 1 1 | 4 1 1 1 3 3 | 4 4 1 3 5 13 | 5 2 1 1 5 5 17 | 5 4 1 1 5 5 5
        5 7 1 1 7 11 19 | 5 11 1 1 5 1 1 | 5 13 1 1 1 3 11 | 5 14 1 3 5 5 31 | 6 1 1 3 3 9 7 49 | 6 13 1 1 1 15 21 21
        6 16 1 3 1 13 27 49 | 6 19 1 1 1 15 7 5 | 6 22 1 3 1 15 13 25 | 6 25 1 1 5 5 19 61 | 7 1 1 3 7 11 23 15 103
        7 4 1 3 7 13 13 15 69 | 7 7 1 1 3 13 7 35 63 | 7 8 1 3 5 9 1 25 53 | 7 14 1 3 1 13 9 35 107 | 7 19 1 3 1 5 27 61 31
        7 21 1 1 5 11 19 41 61 | 7 28 1 3 5 3 3 13 69 | 7 31 1 1 7 13 1 19 1 | 7 32 1 3 7 5 13 19 59 | 7 37 1 1 3 9 25 29 41
        7 41 1 3 5 13 23 1 55 | 7 42 1 3 7 3 13 59 17 | 7 50 1 3 1 3 5 53 69 | 7 55 1 1 5 5 23 33 13 | 7 56 1 1 7 7 1 61 123
        7 59 1 1 7 9 13 61 49 | 7 62 1 3 3 5 3 55 33 | 8 14 1 3 1 15 31 13 49 245 | 8 21 1 3 5 15 31 59 63 97
        8 22 1 3 1 11 11 11 77 249 | 8 38 1 3 1 11 27 43 71 9 | 8 47 1 1 7 15 21 11 81 45 | 8 49 1 3 7 3 25 31 65 79
        8 50 1 3 1 1 19 11 3 205 | 8 52 1 1 5 9 19 21 29 157 | 8 56 1 3 7 11 1 33 89 185 | 8 67 1 3 3 3 15 9 79 71
        8 70 1 3 7 11 15 39 119 27 | 8 84 1 1 3 1 11 31 97 225 | 8 97 1 1 1 3 23 43 57 177 | 8 103 1 3 7 7 17 17 37 71
        8 115 1 3 1 5 27 63 123 213 | 8 122 1 1 3 5 11 43 53 133 | 9 8 1 3 5 5 29 17 47 173 479 | 9 13 1 3 3 11 3 1 109 9 69
        9 16 1 1 1 5 17 39 23 5 343 | 9 22 1 3 1 5 25 15 31 103 499 | 9 25 1 1 1 11 11 17 63 105 183
        9 44 1 1 5 11 9 29 97 231 363 | 9 47 1 1 5 15 19 45 41 7 383 | 9 52 1 3 7 7 31 19 83 137 221
        9 55 1 1 1 3 23 15 111 223 83 | 9 59 1 1 5 13 31 15 55 25 161 | 9 62 1 1 3 13 25 47 39 87 257
        """;

    static readonly uint[][] Directions =
    [
        [.. Enumerable.Range(0, Bits).Select(bit => 1U << (Bits - 1 - bit))],
        .. JoeKuo
            .Split(['|', '\n'], StringSplitOptions.TrimEntries)
            .Select(row => DirectionsOf([.. row.Split(' ').Select(number => uint.Parse(number, CultureInfo.InvariantCulture))])),
    ];

    public static int MostDimensions => Directions.Length;

    /// <returns>Why a space has no such sequence; null where it has one.</returns>
    public static string? Fault(SearchSpace space)
    {
        var count = Count(space.Parameters.Where(parameter => parameter.Path != SearchSpace.Replicate));
        return count <= MostDimensions
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"a sobol sequence has at most {MostDimensions} dimensions, and these are {count} parameters: use random"
            );

        static int Count(IEnumerable<Parameter> parameters) =>
            parameters.Sum(parameter => 1 + parameter.Choices.Sum(choice => Count(choice.Inner)));
    }

    /// <param name="index">From 0.</param>
    /// <returns>As published, not scrambled.</returns>
    public static double[] Point(int index, int dimensions) => Map(index, dimensions, (bits, _) => bits);

    /// <param name="index">From 0.</param>
    /// <returns>The middle of the cube of edge 2^-32 in which the scrambled point is.</returns>
    public static double[] Point(long seed, int index, int dimensions)
    {
        var point = Map(index, dimensions, (bits, dimension) => Scrambled(bits, Seed.Derive(seed, "sobol", dimension)));
        return [.. point.Select(coordinate => coordinate + 0.5 / (1L << Bits))];
    }

    static double[] Map(int index, int dimensions, Func<uint, int, uint> scramble)
    {
        var gray = (uint)(index ^ (index >> 1));
        var point = new double[dimensions];
        for (var dimension = 0; dimension < dimensions; dimension++)
        {
            var bits = 0U;
            for (var bit = 0; gray >> bit != 0; bit++)
                if ((gray >> bit & 1) == 1)
                    bits ^= Directions[dimension][bit];
            point[dimension] = scramble(bits, dimension) / (double)(1L << Bits);
        }

        return point;
    }

    static uint Scrambled(uint bits, long seed)
    {
        var scrambled = bits;
        for (var bit = 0; bit < Bits; bit++)
        {
            // The bits before this one with a 1 in front, so that 0 and 00 are not the same.
            var before = (1L << bit) | ((long)bits >> (Bits - bit));
            if ((Seed.Derive(seed, "flip", before) & 1) == 1)
                scrambled ^= 1U << (Bits - 1 - bit);
        }

        return scrambled;
    }

    /// <param name="row">Degree, coefficients, initial numbers.</param>
    static uint[] DirectionsOf(uint[] row)
    {
        var (degree, coefficients) = ((int)row[0], row[1]);
        var directions = new uint[Bits];
        for (var bit = 0; bit < Bits; bit++)
        {
            if (bit < degree)
            {
                directions[bit] = row[2 + bit] << (Bits - 1 - bit);
                continue;
            }

            directions[bit] = directions[bit - degree] ^ (directions[bit - degree] >> degree);
            for (var k = 1; k < degree; k++)
                if ((coefficients >> (degree - 1 - k) & 1) == 1)
                    directions[bit] ^= directions[bit - k];
        }

        return directions;
    }
}
