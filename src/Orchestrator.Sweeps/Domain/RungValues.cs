using Orchestrator.Sweeps.Scheduling;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Sweeps.Domain;

/// <summary>What configurations are compared by at a rung.</summary>
static class RungValues
{
    /// <returns>Null where not all of the configuration's trials are there.</returns>
    public static RungEntry? Entry(SweepState sweep, int configuration, int level)
    {
        var (sum, second, errors, count) = (0.0, 0.0, 0.0, 0);
        foreach (var trial in sweep.ReplicatesOf(configuration))
        {
            count++;
            if (trial.Status == TrialStatus.Failed && trial.Epochs < level)
            {
                sum = RungEntry.Worst;
                continue;
            }

            if (trial.Curve.Find(level) is not { } report || sweep.Spec.Scheduler.Promotes && !HasLeft(trial))
                return null;
            var (value, error) = Value(sweep, trial, level);
            (sum, errors, second) = (sum + value, errors + error * error, second + Metric(sweep.Spec, report));
        }

        var mean = sum / count;
        return new RungEntry(double.IsFinite(mean) ? mean : RungEntry.Worst, configuration, Math.Sqrt(errors) / count, second / count);
    }

    static bool HasLeft(TrialState trial) =>
        trial.Status == TrialStatus.Completed || (trial.Status == TrialStatus.Paused && trial.IsSettled);

    static (double Value, double Error) Value(SweepState sweep, TrialState trial, int level)
    {
        if (sweep.Spec.Scheduler.Algorithm == SchedulerSpec.Median)
            return (trial.Curve.TakeWhile(report => report.Epoch <= level).Average(report => Metric(sweep.Spec, report)), 0);
        if (trial.Status == TrialStatus.Paused && sweep.Spec.Scheduler.RefineAt(Ladders.RungOf(sweep, trial)) is { } refine)
            return trial.Evaluation == EvaluationStatus.Completed ? Score(refine, trial.Scores!) : (RungEntry.Worst, 0);
        return (Metric(sweep.Spec, trial.Curve.Find(level)!), 0);
    }

    static (double Value, double Error) Score(RefineSpec refine, EvaluationScores scores) =>
        refine.Metric == RefineSpec.Kid
            ? (scores.Samples.Kid, scores.Samples.KidStandardError)
            : (scores.Samples.Fid, scores.Samples.FidStandardError);

    /// <summary>The best that the configuration reached by then.</summary>
    public static double Best(SweepState sweep, int configuration, int level) =>
        sweep
            .ReplicatesOf(configuration)
            .Average(trial =>
                trial
                    .Curve.TakeWhile(report => report.Epoch <= level)
                    .Select(report => Metric(sweep.Spec, report))
                    .DefaultIfEmpty(RungEntry.Worst)
                    .Min()
            );

    public static double Metric(SweepSpec spec, EpochReport report)
    {
        var value = spec.Scheduler.Metric == SchedulerSpec.TrainingBitsPerDim ? report.TrainBitsPerDim : report.ValidationBitsPerDim;
        return double.IsFinite(value) ? value : RungEntry.Worst;
    }
}
