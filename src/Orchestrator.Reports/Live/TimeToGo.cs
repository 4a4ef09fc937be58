using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Search;

namespace Orchestrator.Reports.Live;

/// <summary>How long training still takes, if it goes on as it does.</summary>
static class TimeToGo
{
    /// <summary>The epochs that are open, at the pace of what trains, over the slots that train; at least as long as the longest trial
    /// takes by itself.</summary>
    /// <returns>Null where nothing trains, or nothing is known of its pace yet.</returns>
    public static double? Seconds(SweepState state)
    {
        if (state.Status != SweepStatus.Running || state.Count(TrialStatus.Running) is not (> 0 and var slots))
            return null;
        // Where all that runs has only just begun, what ran before tells the pace.
        if ((Pace(state, TrialStatus.Running) ?? Pace(state, TrialStatus.Completed)) is not { } secondsPerEpoch)
            return null;
        var (open, longest) = (0L, 0);
        foreach (var trial in state.Trials.Where(trial => trial.Status is TrialStatus.Pending or TrialStatus.Running))
        {
            var epochs = Math.Max(0, TrialFactory.Epochs(state.Spec, trial.Parameters) - trial.Epochs);
            (open, longest) = (open + epochs, Math.Max(longest, epochs));
        }

        return secondsPerEpoch * Math.Max((double)open / slots, longest);
    }

    static double? Pace(SweepState state, TrialStatus status)
    {
        var (sum, count) = (0.0, 0);
        foreach (var trial in state.Trials)
            if (trial.Status == status && trial.LastReport is { Seconds: > 0 and < double.PositiveInfinity } report)
                (sum, count) = (sum + report.Seconds, count + 1);
        return count == 0 ? null : sum / count;
    }
}
