using Orchestrator.Cluster.Journal;
using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Progress;
using Orchestrator.Sweeps.Search;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Training.Data;
using Orchestrator.Training.Trials;

namespace Orchestrator.Run;

/// <summary>What a sweep will take.</summary>
/// <param name="Flows">Distinct ones.</param>
/// <param name="CheckpointBytes">Of one checkpoint, on average.</param>
/// <param name="DiskBytes">Of all checkpoints that are kept, at most.</param>
/// <param name="SecondsPerEpoch">On average over the configurations, without validation where it was probed.</param>
/// <param name="IsMeasured">By trials of the data folder; else by a few steps on this machine.</param>
/// <param name="Seconds">Until the last epoch is trained, evaluations not counted.</param>
sealed record SweepForecast(
    string Sweep,
    SweepPlan Plan,
    int Flows,
    long FewestParameters,
    long MostParameters,
    long CheckpointBytes,
    long DiskBytes,
    double SecondsPerEpoch,
    bool IsMeasured,
    Expected Seconds,
    double SecondsWithout
)
{
    public const int ProbeSteps = 20;

    public static SweepForecast Of(SweepSpec spec, int slots, DataFolder folder, ImageDataset data, TimeProvider time)
    {
        var flows = FlowSize.Of(spec, data);
        var plan = SweepPlan.Of(spec, slots);
        var measured = Measured(folder);
        var isMeasured = AreMeasured(flows, measured);
        var perEpoch = isMeasured ? flow => measured[flow.Key] : Probed(flows, data, time);
        var epoch = Average(flows, perEpoch);
        var bytes = (long)Average(flows, flow => flow.Parameters * (double)FlowProbe.BytesPerParameter);
        var kept = bytes * (spec.Retention.KeepLast + spec.Retention.KeepBest) * plan.Trials;
        return new SweepForecast(
            spec.Name,
            plan,
            flows.Count,
            flows.Min(flow => flow.Parameters),
            flows.Max(flow => flow.Parameters),
            bytes,
            Math.Min(kept, spec.Retention.BudgetBytes ?? long.MaxValue),
            epoch,
            isMeasured,
            new Expected(plan.Length.Mean * epoch, plan.Length.Low * epoch, plan.Length.High * epoch),
            plan.LengthWithout * epoch
        );
    }

    /// <returns>What an epoch takes, on average over the configurations; null where not all of them were measured in the data
    /// folder.</returns>
    public static double? SecondsOfEpoch(SweepSpec spec, DataFolder folder, ImageDataset data)
    {
        var (flows, measured) = (FlowSize.Of(spec, data), Measured(folder));
        return AreMeasured(flows, measured) ? Average(flows, flow => measured[flow.Key]) : null;
    }

    /// <returns>What evaluations of such scores took in the data folder, on average; 0 where there were none.</returns>
    public static double SecondsOfEvaluation(SweepSpec spec, DataFolder folder)
    {
        return new JournalReader(new ReadOnlyJournal(folder))
            .States()
            .Where(sweep =>
                sweep.Scored > 0 && sweep.Spec.Dataset == spec.Dataset && sweep.Spec.Evaluation.Samples == spec.Evaluation.Samples
            )
            .Select(sweep => sweep.Spent.Evaluation.Slot.TotalSeconds / sweep.Scored)
            .DefaultIfEmpty()
            .Average();
    }

    static bool AreMeasured(List<FlowSize> flows, Dictionary<string, double> measured) =>
        flows.TrueForAll(flow => measured.ContainsKey(flow.Key));

    static double Average(List<FlowSize> flows, Func<FlowSize, double> of) =>
        flows.Sum(flow => flow.Share * of(flow)) / flows.Sum(flow => flow.Share);

    /// <summary>Seconds of an epoch, by what they depend on, of all trials in the journal of a data folder.</summary>
    static Dictionary<string, double> Measured(DataFolder folder)
    {
        return (
            from sweep in new JournalReader(new ReadOnlyJournal(folder)).States()
            from trial in sweep.Trials
            where trial.Epochs > 0 && trial.SecondsInEpochs > 0
            group trial.SecondsInEpochs / trial.Epochs by FlowSize.KeyOf(TrialFactory.Create(sweep.Spec, trial.Parameters))
        ).ToDictionary(group => group.Key, group => group.Average());
    }

    /// <summary>Between the smallest and the largest flow a step takes longer in proportion to its work.</summary>
    static Func<FlowSize, double> Probed(List<FlowSize> flows, ImageDataset data, TimeProvider time)
    {
        var (least, most) = (flows[0], flows[^1]);
        var first = FlowProbe.SecondsPerStep(least.Trial, data, ProbeSteps, time);
        var last = flows.Count == 1 ? first : FlowProbe.SecondsPerStep(most.Trial, data, ProbeSteps, time);
        var slope = most.Cost > least.Cost ? (last - first) / (most.Cost - least.Cost) : 0;
        return flow => flow.Trial.Settings.Training.StepsPerEpoch(data.Train.Count) * (first + slope * (flow.Cost - least.Cost));
    }
}
