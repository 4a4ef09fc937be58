using Orchestrator.Sweeps;
using Orchestrator.Sweeps.Domain;
using Orchestrator.Sweeps.Specs;
using Orchestrator.Sweeps.SweepFiles;
using Orchestrator.Sweeps.Tasks;

namespace Orchestrator.Scale;

/// <summary>How long the rules of a sweep take for one decision: all of one trial after another, without journal or clock.</summary>
sealed class DecisionTimes
{
    const int Epochs = 3;
    const int Timed = 500;

    readonly List<double> took = [];
    readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();
    SweepState? state;

    /// <summary>Trains and evaluates all trials of a sweep.</summary>
    /// <returns>The 99th percentile, in microseconds, of all decisions of the last 500 trials.</returns>
    public static double OfTheLast(string file)
    {
        var spec = SweepFile.Parse(file, "scale.yaml");
        var trials = spec.Search.Trials ?? throw new InvalidOperationException("the search states no trials");
        // So that what is timed is compiled.
        OfTheLast(spec, file, Math.Min(trials, 3 * Timed));
        return OfTheLast(spec, file, trials);
    }

    static double OfTheLast(SweepSpec spec, string file, int trials)
    {
        var sweep = new DecisionTimes();
        sweep.Do(new SubmitSweep(spec, file));
        for (var trial = 1; trial <= trials; trial++)
        {
            if (trial == trials - Timed)
                sweep.took.Clear();
            sweep.Train();
        }

        return sweep.took.Order().ElementAt(sweep.took.Count * 99 / 100);
    }

    void Train()
    {
        Do(new GrantLease("node", 1, WorkKind.Training));
        var (token, sequence) = (state!.LastToken, 0);
        var lease = state.Leases[token].Lease;
        for (var epoch = 1; epoch <= Epochs && !state.Recalls(lease); epoch++)
        {
            Do(new ReportEpoch(token, ++sequence, TimedTrials.BetterReport(lease.Trial, epoch, 1)));
            Do(new ReportCheckpoint(token, ++sequence, TimedTrials.Checkpoint(TrialId.Of(lease.Trial), epoch, epoch == Epochs)));
        }

        Do(new EndLease(token, new AttemptEnd(state.Recalls(lease) ? AttemptCause.Interrupted : AttemptCause.Done)));
        Do(new GrantLease("node", 2, WorkKind.Evaluation));
        if (state.Leases.Count > 0)
            Do(new EndLease(state.LastToken, new AttemptEnd(AttemptCause.Done), TimedTrials.Scores));
    }

    void Do(SweepCommand command)
    {
        var began = TimeProvider.System.GetTimestamp();
        var events = SweepDecider.Decide(state, command, now).Events;
        state = events.Aggregate(state, SweepState.Apply);
        took.Add(TimeProvider.System.GetElapsedTime(began).TotalMicroseconds);
    }
}
