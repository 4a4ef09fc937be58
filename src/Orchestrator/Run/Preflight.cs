using Orchestrator.Cluster.Devices;
using Orchestrator.Cluster.Journal;
using Orchestrator.Evaluation.Scoring;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;

namespace Orchestrator.Run;

/// <summary>Before anything of a sweep is written or started: what its trials would find, each of them again.</summary>
static class Preflight
{
    const int MostTold = 20;

    /// <returns>The data set that a sweep names.</returns>
    /// <exception cref="CommandException">It is not there, or its files are not what their form says.</exception>
    public static ImageDataset Load(SweepSpec spec, DataFolder folder)
    {
        try
        {
            return new DatasetCatalogue(folder.Datasets).Load(spec.Dataset);
        }
        catch (DatasetException error)
        {
            throw new CommandException(ExitCode.BadCall, $"dataset: {error.Message}");
        }
    }

    /// <exception cref="CommandException">A trial of the sweep cannot be trained or evaluated on it here; names every fault
    /// once.</exception>
    public static void Require(SweepSpec spec, ImageDataset data, DataFolder folder)
    {
        List<string> faults =
        [
            .. new[] { EvaluationData.Fault(data), EvaluationData.WeightsFault(spec.Evaluation, folder.Features) }.OfType<string>(),
            .. SweepPreflight.Faults(spec, data, DeviceInventory.WithoutGpus.Cores).Select(Line),
        ];
        if (faults.Count == 0)
            return;
        var told = faults.Count <= MostTold ? faults : [.. faults.Take(MostTold), $"and {faults.Count - MostTold} more"];
        throw new CommandException(ExitCode.BadCall, string.Join('\n', told.Append("Nothing was started.")));
    }

    /// <summary>Of a sweep that is yet to begin here: whether the one is there that it was forked from, and has what it takes.</summary>
    /// <exception cref="CommandException">It has not.</exception>
    public static void RequireFork(SweepSpec spec, DataFolder folder)
    {
        if (
            spec.Fork is { } fork
            && Fork.Of(spec, new JournalReader(new ReadOnlyJournal(folder, fork.Sweep)).Sweep(fork.Sweep)).Fault is { } fault
        )
            throw new CommandException(ExitCode.BadCall, $"{fault}\nNothing was started.");
    }

    static string Line(SweepFault fault) => fault.Trial is { } trial ? $"{fault.Message} (trial {TrialId.Of(trial)})" : fault.Message;
}
