using Orchestrator.Sweeps.Scheduling;

namespace Orchestrator.Sweeps.Tests.Scheduling;

/// <summary>What ASHA spends, against figures of another implementation: one worker, trials of independent uniform values that rank alike
/// at every rung, a fourth of a rung goes on, levels 1, 4, 16 and 64.</summary>
public sealed class AshaReferenceSpecs(ITestOutputHelper output)
{
    const int Runs = 2_000,
        Reduction = 4;
    static readonly int[] Levels = [1, 4, 16, 64];

    [Theory]
    [InlineData(16, 234, 3.4)]
    [InlineData(64, 423, 4.9)]
    [InlineData(256, 1067, 8.5)]
    public void Trials_that_run_until_they_are_stopped_spend_the_reference_figures(int trials, double epochs, double full)
    {
        var random = new Random(1);
        var (spent, ended) = (0L, 0L);
        for (var run = 0; run < Runs; run++)
        {
            var rungs = Levels.Select(_ => Rung.Empty).ToArray();
            for (var trial = 1; trial <= trials; trial++)
            {
                var entry = new RungEntry(random.NextDouble(), trial);
                for (var level = 0; level < Levels.Length; level++)
                {
                    spent += Levels[level] - (level == 0 ? 0 : Levels[level - 1]);
                    rungs[level] = rungs[level].Add(entry, waits: false);
                    if (level == Levels.Length - 1)
                        ended++;
                    else if (!rungs[level].GoesOn(entry, Reduction, minPopulation: 1))
                        break;
                }
            }
        }

        output.WriteLine($"{trials} trials: {spent / (double)Runs:F1} epochs, {ended / (double)Runs:F2} to the end");
        Assert.InRange(spent / (double)Runs, epochs * 0.97, epochs * 1.03);
        Assert.InRange(ended / (double)Runs, full * 0.97, full * 1.03);
    }

    [Theory]
    [InlineData(16, 88)]
    [InlineData(64, 208)]
    [InlineData(256, 832)]
    public void Trials_that_wait_to_be_promoted_spend_little_more_than_a_synchronous_run(int trials, double synchronous)
    {
        var random = new Random(1);
        var spent = 0L;
        for (var run = 0; run < Runs; run++)
        {
            var rungs = Levels.Select(_ => Rung.Empty).ToArray();
            var begun = 0;
            while (true)
            {
                var level = Levels.Length - 2;
                while (level >= 0 && rungs[level].Promotable(Reduction, minPopulation: 1) is null)
                    level--;
                // At the end the best goes on though there are too few for the rule.
                if (level < 0 && begun == trials)
                {
                    level = Array.FindLastIndex(rungs, rung => !rung.Waiting.IsEmpty);
                    if (!rungs[^1].Entries.IsEmpty)
                        break;
                }

                var entry =
                    level < 0
                        ? new RungEntry(random.NextDouble(), ++begun)
                        : rungs[level].Promotable(Reduction, 1) ?? rungs[level].Waiting.Min;
                if (level >= 0)
                    rungs[level] = rungs[level].Promote(entry);
                spent += Levels[level + 1] - (level < 0 ? 0 : Levels[level]);
                rungs[level + 1] = rungs[level + 1].Add(entry, waits: true);
            }
        }

        output.WriteLine($"{trials} trials: {spent / (double)Runs:F1} epochs, a synchronous run {synchronous}");
        Assert.InRange(spent / (double)Runs, synchronous, synchronous * 2.2);
    }
}
