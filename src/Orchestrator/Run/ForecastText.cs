using Orchestrator.Reports.Tables;
using Orchestrator.Sweeps.Progress;
using static System.FormattableString;

namespace Orchestrator.Run;

/// <summary>What a sweep will take, in lines.</summary>
static class ForecastText
{
    public static IEnumerable<string> Lines(SweepForecast forecast)
    {
        var plan = forecast.Plan;
        var replicates = plan.Replicates > 1 ? Invariant($" ({plan.Configurations} configurations of {plan.Replicates} replicates)") : "";
        yield return $"{forecast.Sweep}";
        yield return Invariant($"trials       {plan.Trials}{replicates}, {plan.Slots} at once");
        yield return Invariant($"epochs       {Figure(plan.Epochs)}{Instead(plan)}");
        foreach (var rung in plan.Rungs)
            yield return Invariant($"  to epoch {rung.Level, 5}  {rung.Trials, 8:F1} trials  {rung.Epochs, 10:F1} epochs");
        yield return Invariant($"evaluations  {Figure(plan.Evaluations)}");
        yield return Invariant($"flows        {forecast.Flows} distinct, of {Range(forecast)} parameters");
        var (all, each) = (Amount.OfBytes(forecast.DiskBytes), Amount.OfBytes(forecast.CheckpointBytes));
        yield return $"disk         {all} of checkpoints at most, {each} each";
        yield return Invariant($"time         {Time(forecast.Seconds.Mean)}{Between(forecast)} of training, {Source(forecast)}");
        if (plan.Runs > 1)
            yield return Invariant($"             {Time(forecast.SecondsWithout)} without the scheduler");
        if (plan.Runs > 1)
            yield return Invariant(
                $"by {plan.Runs} simulated runs with ranks at random; in brackets between which nine of ten of them are"
            );
    }

    static string Figure(Expected figure) =>
        figure.Low == figure.High ? Invariant($"{figure.Mean:F0}") : Invariant($"{figure.Mean:F0} [{figure.Low:F0} to {figure.High:F0}]");

    static string Instead(SweepPlan plan) => plan.Runs > 1 ? Invariant($" instead of {plan.EpochsWithout} without the scheduler") : "";

    static string Range(SweepForecast forecast) =>
        forecast.FewestParameters == forecast.MostParameters
            ? Invariant($"{forecast.MostParameters:N0}")
            : Invariant($"{forecast.FewestParameters:N0} to {forecast.MostParameters:N0}");

    static string Between(SweepForecast forecast) =>
        forecast.Seconds.Low == forecast.Seconds.High ? "" : $" [{Time(forecast.Seconds.Low)} to {Time(forecast.Seconds.High)}]";

    static string Source(SweepForecast forecast) =>
        forecast.IsMeasured
            ? Invariant($"by epochs of {forecast.SecondsPerEpoch:G3} s that were measured in the data folder")
            : Invariant($"by epochs of {forecast.SecondsPerEpoch:G3} s after {SweepForecast.ProbeSteps} steps here; validation and the ")
                + "start of processes do not count";

    static string Time(double seconds) => Amount.Of(TimeSpan.FromSeconds(seconds));
}
