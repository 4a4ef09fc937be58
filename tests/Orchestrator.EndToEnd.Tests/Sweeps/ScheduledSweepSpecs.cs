using System.Globalization;
using Orchestrator.EndToEnd.Tests.Running;
using Orchestrator.Sweeps.Domain;

namespace Orchestrator.EndToEnd.Tests.Sweeps;

/// <summary>A sweep that ASHA thins out, with the real program.</summary>
public sealed class ScheduledSweepSpecs(ITestOutputHelper output)
{
    const int Trials = 24,
        MaxEpochs = 9;

    [Fact]
    public async Task Killed_twice_a_sweep_that_promotes_ends_with_the_weights_that_its_best_configuration_has_alone()
    {
        using var folder = new SweepFolder(
            File("search: { algorithm: sobol, trials: 24 }", "", "training.learning_rate: { log_uniform: [1.0e-4, 1.0e-2] }", "scheduler")
        );
        foreach (var trial in new[] { "trial 0006 ", "trial 0015 " })
        {
            await using var run = folder.Sweep();
            await run.Wrote(trial);
            run.Kill();
        }

        await using var last = folder.Sweep();
        await last.ExitsWith(0);

        var sweep = folder.Journal().Aggregate((SweepState?)null, SweepState.Apply)!;
        Assert.Equal((SweepStatus.Completed, Trials), (sweep.Status, sweep.Trials.Count));
        Assert.All(sweep.Trials, trial => Assert.Contains(trial.Epochs, new[] { 1, 3, MaxEpochs }));
        var spent = sweep.Trials.Sum(trial => trial.Epochs);
        output.WriteLine($"{spent} epochs, a grid trains {Trials * MaxEpochs}");
        Assert.InRange(spent, Trials + 8 * 2, Trials * MaxEpochs / 2);

        var best = sweep.Trials.Where(trial => trial.Status == TrialStatus.Completed).MinBy(trial => trial.ValidationBitsPerDim)!;
        using var alone = new SweepFolder(
            File("", $", learning_rate: {best.Parameters["training.learning_rate"]}", "replicate: [1]", "epochs")
        );
        await using var undisturbed = alone.Sweep();
        await undisturbed.ExitsWith(0);
        var only = alone.Journal().OfType<CheckpointReported>().Last(fact => fact.Checkpoint.Final);
        Assert.Equal(only.Checkpoint.Sha256, best.Checkpoint!.Sha256);
    }

    static string File(string search, string more, string parameter, string scheduler) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            name: small
            dataset: digits
            seed: 3
            trial:
              flow: { architecture: glow, levels: 1, steps: 1, hidden: 8 }
              training: { batch_size: 128, warmup_epochs: 0{{more}}{{(scheduler == "epochs" ? $", epochs: {MaxEpochs}" : "")}} }
            {{search}}
            parameters: { {{parameter}} }
            {{(scheduler == "scheduler" ? $"scheduler: {{ algorithm: asha, mode: promote, max_epochs: {MaxEpochs} }}" : "")}}
            evaluation: { when: best 1, samples: 100, kid: { subsets: 10, subset_size: 50 }, interpolation: { pairs: 20, points: 3 } }
            """
        );
}
