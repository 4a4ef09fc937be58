using System.Collections.Immutable;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Page.Tests.Fake;

/// <summary>What made-up training and evaluation find: of the trial alone, the same each time.</summary>
static class FakeFigures
{
    public static EpochReport Epoch(SweepSpec spec, int number, ImmutableSortedDictionary<string, string> parameters, int epoch)
    {
        var bits = Bits(TrialFactory.Create(spec, parameters).Settings, number, epoch);
        return new(
            epoch,
            epoch * 22,
            bits - 0.03,
            bits,
            2e-3 * Math.Min(1, epoch / 3.0) * Math.Exp(-epoch / 40.0),
            0.4 + 2 * Math.Exp(-epoch / 4.0) + 0.1 * Noise(number, epoch),
            3300 + 200 * Noise(number, epoch + 50),
            6.1
        );
    }

    public static EvaluationScores Scores(int number, double validation)
    {
        var fid = 18 + 40 * Noise(number, 3);
        return new(
            new BitsPerDimScore(validation + 0.02 * Noise(number, 4), 0.004, 4, 360),
            new FeatureInfo("domain-cnn/digits", "ab", "pool", 64),
            new SampleScores(2000, 360, fid, fid / 40, fid / 900, 0.0011),
            ImmutableSortedDictionary<string, InterpolationScores>
                .Empty.Add("linear", new(1750, fid * 1.31, fid / 30, fid / 640, 0.002, -4.21))
                .Add("slerp", new(1750, fid * 1.05, fid / 35, fid / 820, 0.002, 0.13)),
            3.1e-6,
            new BaselineScores(2.95, 2.42),
            [],
            5
        );
    }

    /// <summary>In [0, 1), of the two numbers alone.</summary>
    public static double Noise(int number, int of)
    {
        var x = (uint)number * 2654435761u ^ (uint)of * 2246822519u;
        x ^= x >> 15;
        x *= 2246822519u;
        x ^= x >> 13;
        return x / 4294967296.0;
    }

    static double Bits(TrialSettings settings, int number, int epoch)
    {
        var end =
            1.72
            + 0.14 * Math.Pow(Math.Log10(settings.Training.LearningRate) + 2.9, 2)
            + (settings.Base.Distribution == "dirichlet" ? 0.11 : 0)
            + 0.03 * Noise(number, 2);
        return end + 4.6 * Math.Exp(-epoch / 1.7) + 0.012 * Noise(number, 10 + epoch);
    }
}
